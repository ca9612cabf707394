// What helps on pages of the console that work without it.
import { sayBusy } from './busy.js';
import { askFirst } from './confirm.js';
import { offerCopying } from './copy.js';
import { followFeed } from './feed.js';
import { searchAsTyped } from './search.js';

// Before what takes a form for sent.
askFirst(document);
sayBusy(document);
offerCopying(document);
followFeed(document);
searchAsTyped(document);
