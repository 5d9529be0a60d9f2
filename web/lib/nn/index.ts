export { ModuleDict, ModuleList, Sequential } from './containers.ts';
export { functional } from './functional.ts';
export { init } from './init.ts';
export { Module } from './module.ts';
export { Parameter } from './parameter.ts';
