#pragma once

#include <stddef.h>

/* Gives back what only earlier work needed: free pages of the heap, and program text, which is as it was in its file. Text that is used
   again is mapped again from the page cache, a fraction of a microsecond a page. Why: docs/adr/0008-an-idle-plugin-gives-memory-back.md */
void memory_trim(void);

/* The bytes of the heap in use, of all threads. */
size_t memory_in_use(void);
