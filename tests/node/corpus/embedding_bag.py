# Bags of embeddings: sums, means and maxima of rows, with offsets and weights.
import torch
import torch.nn as nn

torch.manual_seed(0)
bag = nn.EmbeddingBag(10, 3, mode="sum")
print(bag)
tokens = torch.tensor([1, 2, 4, 5, 4, 3, 2, 9])
offsets = torch.tensor([0, 4])
print(bag(tokens, offsets))
print(bag(tokens, offsets=offsets).shape)
print(bag(tokens.view(2, 4)))
print(bag(tokens, offsets, per_sample_weights=torch.linspace(0.1, 0.8, 8)))
print(bag(tokens, offsets, torch.ones(8)))
for mode in ("mean", "max"):
    other = nn.EmbeddingBag(10, 3, mode=mode)
    other.load_state_dict(bag.state_dict())
    print(other)
    out = other(tokens, offsets)
    print(out)
    out.sum().backward()
    print(other.weight.grad)
padded = nn.EmbeddingBag(10, 3, padding_idx=0)
print(padded)
print(padded(torch.tensor([[0, 1], [2, 0]])))
print(bag.mode, padded.padding_idx, bag.num_embeddings, bag.embedding_dim)


class Classifier(nn.Module):
    def __init__(self, vocab, dim, classes):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocab, dim)
        self.fc = nn.Linear(dim, classes)

    def forward(self, text, offsets):
        return self.fc(self.embedding(text, offsets))


torch.manual_seed(1)
model = Classifier(10, 4, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for epoch in range(5):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(tokens, offsets), torch.tensor([0, 1]))
    loss.backward()
    optimizer.step()
    print(epoch, round(loss.item(), 4))
print(model)
