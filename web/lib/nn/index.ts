export { functional } from './functional.ts';
export { Module } from './module.ts';
export { Parameter } from './parameter.ts';
