let text = 'x'.repeat(2 ** 20);
try {
  for (;;) text += text;
} catch (error) {
  console.log(error.name, text.length > 2 ** 26);
}
const kept = [];
try {
  for (let i = 0; i < 1000; i++) kept.push(new ArrayBuffer(2 ** 31));
  console.log('endless');
} catch (error) {
  console.log(error.name);
}
