/** Start-up of a page that is one file: its results are in it, and there is no engine. */
import { mount } from 'svelte';
import { holderId } from './publication/page-file.ts';
import ReportApp from './ui/ReportApp.svelte';

const root = document.getElementById('app');
if (!root) throw new Error('the page has no #app');
const packed = document.getElementById(holderId)?.textContent ?? '';
mount(ReportApp, { target: root, props: { packed } });
