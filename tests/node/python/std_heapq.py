import bisect
import heapq

h = []
for x in [5, 2, 8, 1]:
    heapq.heappush(h, x)
print(h, heapq.heappop(h), h[0], heapq.nlargest(2, h), heapq.nsmallest(2, h), heapq.heappushpop(h, 0), heapq.heapreplace(h, 7), h)
a = [5, 4, 3, 2, 1]
heapq.heapify(a)
print(a, [heapq.heappop(a) for _ in range(5)], list(heapq.merge([1, 4], [2, 3])), heapq.nlargest(1, ["a", "ccc"], key=len))
b = [1, 3, 5]
bisect.insort(b, 4)
print(b, bisect.bisect_left(b, 3), bisect.bisect_right(b, 3), bisect.bisect(b, 10))
tasks = [(2, "b"), (1, "a"), (3, "c")]
heapq.heapify(tasks)
while tasks:
    print(heapq.heappop(tasks))
