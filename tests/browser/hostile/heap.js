console.log('filling');
const kept = [];
for (;;) kept.push(new Array(1e7).fill(kept.length + 0.5));
