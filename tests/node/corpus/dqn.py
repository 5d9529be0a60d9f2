import math
import random
from collections import namedtuple, deque
from itertools import count
import torch
import torch.nn as nn
import torch.optim as optim
import torch.nn.functional as F

random.seed(0); torch.manual_seed(0)
Transition = namedtuple('Transition', ('state', 'action', 'next_state', 'reward'))

class ReplayMemory(object):
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)
    def push(self, *args):
        """Save a transition"""
        self.memory.append(Transition(*args))
    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)
    def __len__(self):
        return len(self.memory)

class DQN(nn.Module):
    def __init__(self, n_observations, n_actions):
        super(DQN, self).__init__()
        self.layer1 = nn.Linear(n_observations, 32)
        self.layer2 = nn.Linear(32, 32)
        self.layer3 = nn.Linear(32, n_actions)
    def forward(self, x):
        x = F.relu(self.layer1(x))
        x = F.relu(self.layer2(x))
        return self.layer3(x)

class Env:
    """A walk on a line."""
    def __init__(self):
        self.pos = 0
    def reset(self):
        self.pos = 0; self.t = 0
        return [self.pos / 5.0, 1.0], {}
    def step(self, a):
        self.pos += 1 if a == 1 else -1
        self.t += 1
        done = self.pos >= 3
        return [self.pos / 5.0, 1.0], 1.0 if done else -0.1, done, self.t >= 20, {}

BATCH_SIZE = 16; GAMMA = 0.99; EPS_START = 0.9; EPS_END = 0.05; EPS_DECAY = 100; TAU = 0.05; LR = 1e-3
env = Env()
n_actions = 2
state, info = env.reset()
n_observations = len(state)
policy_net = DQN(n_observations, n_actions)
target_net = DQN(n_observations, n_actions)
target_net.load_state_dict(policy_net.state_dict())
optimizer = optim.AdamW(policy_net.parameters(), lr=LR, amsgrad=True)
memory = ReplayMemory(1000)
steps_done = 0
def select_action(state):
    global steps_done
    sample = random.random()
    eps_threshold = EPS_END + (EPS_START - EPS_END) * math.exp(-1. * steps_done / EPS_DECAY)
    steps_done += 1
    if sample > eps_threshold:
        with torch.no_grad():
            return policy_net(state).max(1)[1].view(1, 1)
    else:
        return torch.tensor([[random.randrange(n_actions)]], dtype=torch.long)
episode_durations = []
losses = []
def optimize_model():
    if len(memory) < BATCH_SIZE:
        return
    transitions = memory.sample(BATCH_SIZE)
    batch = Transition(*zip(*transitions))
    non_final_mask = torch.tensor(tuple(map(lambda s: s is not None, batch.next_state)), dtype=torch.bool)
    non_final_next_states = torch.cat([s for s in batch.next_state if s is not None])
    state_batch = torch.cat(batch.state)
    action_batch = torch.cat(batch.action)
    reward_batch = torch.cat(batch.reward)
    state_action_values = policy_net(state_batch).gather(1, action_batch)
    next_state_values = torch.zeros(BATCH_SIZE)
    with torch.no_grad():
        next_state_values[non_final_mask] = target_net(non_final_next_states).max(1)[0]
    expected_state_action_values = (next_state_values * GAMMA) + reward_batch
    criterion = nn.SmoothL1Loss()
    loss = criterion(state_action_values, expected_state_action_values.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
    optimizer.step()
    losses.append(loss.item())
for i_episode in range(12):
    state, info = env.reset()
    state = torch.tensor(state, dtype=torch.float32).unsqueeze(0)
    for t in count():
        action = select_action(state)
        observation, reward, terminated, truncated, _ = env.step(action.item())
        reward = torch.tensor([reward])
        done = terminated or truncated
        next_state = None if terminated else torch.tensor(observation, dtype=torch.float32).unsqueeze(0)
        memory.push(state, action, next_state, reward)
        state = next_state
        optimize_model()
        target_net_state_dict = target_net.state_dict()
        policy_net_state_dict = policy_net.state_dict()
        for key in policy_net_state_dict:
            target_net_state_dict[key] = policy_net_state_dict[key] * TAU + target_net_state_dict[key] * (1 - TAU)
        target_net.load_state_dict(target_net_state_dict)
        if done:
            episode_durations.append(t + 1)
            break
print(episode_durations)
print(f"{sum(losses) / len(losses):.5f}")
print(memory.memory[0])
print(policy_net(torch.tensor([[0.0, 1.0]])))
means = torch.tensor(episode_durations, dtype=torch.float).unfold(0, 5, 1).mean(1).view(-1)
print(means)
means = torch.cat((torch.zeros(4), means))
print(means.shape)
# REINFORCE with distributions-like sampling
from torch.distributions import Categorical
torch.manual_seed(3)
probs = policy_net(torch.tensor([[0.0, 1.0]])).softmax(-1)
m = Categorical(probs)
action = m.sample()
print(action, m.log_prob(action), m.entropy())
print(m)
from torch.distributions import Normal, Bernoulli, Uniform, MultivariateNormal, kl_divergence
n = Normal(torch.tensor([0.0]), torch.tensor([1.0]))
print(n, n.sample(), n.log_prob(torch.tensor([0.5])), n.rsample((2,)).shape, n.mean, n.stddev, n.variance)
print(kl_divergence(n, Normal(torch.tensor([1.0]), torch.tensor([2.0]))))
print(Bernoulli(torch.tensor([0.3])).sample(), Uniform(0., 1.).sample(), Bernoulli(logits=torch.tensor([0.3])).log_prob(torch.tensor([1.])))
