sq = lambda x: x / 0
print(list(map(sq, [1])))
