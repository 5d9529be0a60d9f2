# A character model with an LSTM: training in steps of truncated history, and sampling.
import torch
import torch.nn as nn

torch.manual_seed(0)
text = "hello world, hello again"
chars = sorted(set(text))
stoi = {c: i for i, c in enumerate(chars)}
data = torch.tensor([stoi[c] for c in text])


class CharLSTM(nn.Module):
    def __init__(self, vocab, hidden, layers=2):
        super().__init__()
        self.hidden, self.layers = hidden, layers
        self.embed = nn.Embedding(vocab, 6)
        self.lstm = nn.LSTM(6, hidden, num_layers=layers, batch_first=True)
        self.head = nn.Linear(hidden, vocab)

    def forward(self, x, state=None):
        out, state = self.lstm(self.embed(x), state)
        return self.head(out), state

    def init_hidden(self, batch):
        weight = next(self.parameters())
        return (
            weight.new_zeros(self.layers, batch, self.hidden),
            weight.new_zeros(self.layers, batch, self.hidden),
        )


model = CharLSTM(len(chars), 8)
print(model)
print(sum(p.numel() for p in model.parameters()))
print([(n, tuple(p.shape)) for n, p in model.named_parameters()])
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
criterion = nn.CrossEntropyLoss()
for epoch in range(4):
    h, c = model.init_hidden(1)
    total = 0.0
    for i in range(0, len(data) - 8, 8):
        x, y = data[i : i + 8].unsqueeze(0), data[i + 1 : i + 9]
        h, c = h.detach(), c.detach()
        logits, (h, c) = model(x, (h, c))
        loss = criterion(logits.view(-1, len(chars)), y)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total:.4f}")
model.eval()
out, state = "h", None
with torch.no_grad():
    for _ in range(8):
        logits, state = model(torch.tensor([[stoi[out[-1]]]]), state)
        out += chars[logits[0, -1].argmax().item()]
print(out, state[0].shape, state[1].shape)
