#define _GNU_SOURCE
#include "CMemory.h"

#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Only segments that were never writable: their pages are those of the file. */
static int unmap_text(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  (void)context;
  uintptr_t page = (uintptr_t)getpagesize();
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) || segment->p_memsz == 0) continue;
    uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
    uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
    /* Refused for the page of code that is the kernel's own: nothing to give back there. */
    (void)madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void memory_trim(void) {
  malloc_trim(0);
  dl_iterate_phdr(unmap_text, NULL);
}

size_t memory_in_use(void) { return mallinfo2().uordblks; }
