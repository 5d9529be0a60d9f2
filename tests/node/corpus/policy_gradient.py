# Reinforcement learning in small: a bandit with REINFORCE, discounted returns, a Q-table.
import torch
import torch.nn as nn

torch.manual_seed(0)
probs = torch.tensor([0.2, 0.5, 0.8])
logits = nn.Parameter(torch.zeros(3))
opt = torch.optim.SGD([logits], lr=0.3)
baseline = 0.0
for step in range(40):
    p = torch.softmax(logits, 0)
    action = torch.multinomial(p, 1, replacement=True).item()
    reward = float(torch.rand(1).item() < probs[action].item())
    loss = -(reward - baseline) * torch.log(p[action])
    opt.zero_grad()
    loss.backward()
    opt.step()
    baseline = 0.9 * baseline + 0.1 * reward
print(logits.detach(), torch.softmax(logits, 0).argmax())


def returns(rewards, gamma=0.9):
    R, out = 0, []
    for r in reversed(rewards):
        R = r + gamma * R
        out.insert(0, R)
    out = torch.tensor(out)
    return (out - out.mean()) / (out.std() + 1e-8)


print(returns([1.0, 0.0, 2.0]))
Q = torch.zeros(4, 2)
for episode in range(30):
    s = 0
    while s < 3:
        a = int(torch.randint(2, (1,))) if torch.rand(1).item() < 0.3 else int(Q[s].argmax())
        s2 = s + 1 if a == 1 else max(s - 1, 0)
        r = 1.0 if s2 == 3 else -0.1
        target = r + (0.0 if s2 == 3 else 0.9 * Q[s2].max().item())
        Q[s, a] += 0.5 * (target - Q[s, a])
        s = s2
print(Q, Q.argmax(1))
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
target_net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
target_net.load_state_dict(net.state_dict())
states = torch.eye(4)
actions = torch.tensor([[0], [1], [0], [1]])
q = net(states).gather(1, actions)
next_q = target_net(states.roll(1, 0)).max(1)[0].detach()
loss = nn.SmoothL1Loss()(q, (0.1 + 0.9 * next_q).unsqueeze(1))
loss.backward()
for param in net.parameters():
    param.grad.data.clamp_(-0.1, 0.1)
print(loss.item() >= 0, max(p.grad.abs().max().item() for p in net.parameters()) <= 0.1)
for tp, p in zip(target_net.parameters(), net.parameters()):
    tp.data.copy_(0.01 * p.data + 0.99 * tp.data)
print(torch.allclose(target_net[0].weight, net[0].weight))
