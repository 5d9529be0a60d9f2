// Whatever the page or an earlier snippet may have stored, and what this one could leave behind.
const attempts = {
  localStorage: () => localStorage.getItem('gradbox.secret'),
  sessionStorage: () => sessionStorage.length + 1,
  cookie: () => document.cookie,
  cookieStore: () => cookieStore.getAll(),
  indexedDB: () =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open('gradbox');
      request.onsuccess = resolve;
      request.onerror = reject;
    }),
  caches: () => caches.keys(),
  'the private file system': () => navigator.storage.getDirectory(),
  'parent window': () => parent.document.title,
  'top window': () => top.location.href,
  opener: () => opener.location.href,
  'window.open': () => window.open('about:blank').closed,
  'the page\u2019s address': () => {
    if (!/^(http|file)/.test(location.href)) throw new Error('a blob');
  },
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    console.log(`${name}: REACHED`);
  } catch (error) {
    console.log(`${name}: refused`);
  }
}
