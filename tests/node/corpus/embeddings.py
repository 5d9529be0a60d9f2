# Embedding tables, word vectors, a skip-gram-like step.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1)
word_to_ix = {"hello": 0, "world": 1}
embeds = nn.Embedding(2, 5)
print(embeds(torch.tensor([word_to_ix["hello"]], dtype=torch.long)))
emb = nn.Embedding(4, 3, padding_idx=0)
print(emb(torch.tensor([[0, 2], [1, 0]])), emb.weight[0])
pre = nn.Embedding.from_pretrained(torch.arange(6.0).reshape(3, 2)) if hasattr(nn.Embedding, "from_pretrained") else None
out = emb(torch.tensor([1, 1, 2, 0])).sum()
out.backward()
print(emb.weight.grad)
CONTEXT_SIZE, EMBEDDING_DIM = 2, 4
text = "we are about to study the idea of a process we are about".split()
ngrams = [([text[i - j - 1] for j in range(CONTEXT_SIZE)], text[i]) for i in range(CONTEXT_SIZE, len(text))]
print(ngrams[:2])
vocab = sorted(set(text))
ix = {w: i for i, w in enumerate(vocab)}


class NGram(nn.Module):
    def __init__(self, n, dim, context):
        super().__init__()
        self.embeddings = nn.Embedding(n, dim)
        self.linear1 = nn.Linear(context * dim, 16)
        self.linear2 = nn.Linear(16, n)

    def forward(self, inputs):
        embeds = self.embeddings(inputs).view((1, -1))
        return F.log_softmax(self.linear2(F.relu(self.linear1(embeds))), dim=1)


model = NGram(len(vocab), EMBEDDING_DIM, CONTEXT_SIZE)
opt = torch.optim.SGD(model.parameters(), lr=0.05)
losses = []
for epoch in range(3):
    total = 0
    for context, target in ngrams:
        model.zero_grad()
        log_probs = model(torch.tensor([ix[w] for w in context], dtype=torch.long))
        loss = nn.NLLLoss()(log_probs, torch.tensor([ix[target]], dtype=torch.long))
        loss.backward()
        opt.step()
        total += loss.item()
    losses.append(round(total, 3))
print(losses)
print(model.embeddings.weight[ix["we"]])
try:
    emb(torch.tensor([7]))
except IndexError as e:
    print(e)
