// What helps on pages that work without it.
import { sayBusy } from './busy.js';
import { offerCopying } from './copy.js';
import { followState } from './follow.js';

// First what keeps the markup as it came.
followState(document);
offerCopying(document);
sayBusy(document);
