/** Keeps one model on this machine between visits, in IndexedDB, if its reader asks for it. */

import { recall, remember } from '../storage';

const DATABASE = 'gradbox';
const STORE = 'models';
const KEY = 'kept';

export interface KeptModel {
  name: string;
  bytes: Uint8Array;
}

function request<T>(wanted: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    wanted.onsuccess = () => resolve(wanted.result);
    wanted.onerror = () => reject(wanted.error ?? new Error('the browser gives no reason'));
  });
}

async function withStore<T>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await request(opening);
  try {
    return await request(use(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** Whether a model was kept; looking needs no database. */
export const isKept = () => recall('model-kept') === '1';

export async function keep(model: KeptModel): Promise<void> {
  await withStore('readwrite', (store) => store.put(model, KEY));
  remember('model-kept', '1');
}

export async function kept(): Promise<KeptModel | undefined> {
  return isKept()
    ? withStore<KeptModel | undefined>('readonly', (store) => store.get(KEY))
    : undefined;
}

export async function forget(): Promise<void> {
  if (!isKept()) return;
  remember('model-kept', '0');
  await withStore('readwrite', (store) => store.delete(KEY));
}
