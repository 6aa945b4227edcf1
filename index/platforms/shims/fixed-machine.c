/*
 * The machine that every program of a build root sees, whatever machine it is: preloaded into each of them by
 * /etc/ld.so.preload. What a mount can fix (files of /proc) the sandbox does; here is what programs learn by calls.
 *
 *  - Entries of a directory come sorted by name: readdir(3) and what is made of it. A file system has an order of its own.
 *  - There is one processor and 8 GiB of memory: sysconf(3), sched_getaffinity(2), get_nprocs(3), sysinfo(2).
 *  - The kernel has no release: uname(2).
 *  - date(1) shows the source date, and to programs that make archives no file is newer than that.
 *  - The clock is that of the machine, unless /run/monogres-clock says by how many seconds it is ahead: so a rebuild shows
 *    whether a result depends on it.
 *
 * It is compiled without headers and bound to whatever C library there is, on 64-bit Linux. Static programs, programs that
 * make system calls themselves, and the C library's own nftw(3), fts(3) and glob(3) with GLOB_NOSORT are not reached.
 */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long s64;

#define AT_FDCWD (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_EMPTY_PATH 0x1000
#define O_NONBLOCK 04000
#define O_CLOEXEC 02000000
#if defined __x86_64__
enum { SYS_fstat = 5, SYS_getdents64 = 217, SYS_newfstatat = 262, SYS_sched_getaffinity = 204, SYS_clock_gettime = 228, SYS_sysinfo = 99, SYS_uname = 63 };
#define O_DIRECTORY 0200000
#elif defined __aarch64__
enum { SYS_fstat = 80, SYS_getdents64 = 61, SYS_newfstatat = 79, SYS_sched_getaffinity = 123, SYS_clock_gettime = 113, SYS_sysinfo = 179, SYS_uname = 160 };
#define O_DIRECTORY 040000
#else
#error "no system call numbers for this architecture"
#endif

extern long syscall(long number, ...);
extern int open(const char *path, int flags, ...);
extern int openat(int at, const char *path, int flags, ...);
extern int close(int fd);
extern s64 read(int fd, void *to, u64 size);
extern s64 lseek(int fd, s64 offset, int whence);
extern s64 readlink(const char *path, char *target, u64 size);
extern void *malloc(u64 size);
extern void *realloc(void *memory, u64 size);
extern void free(void *memory);
extern void *memcpy(void *to, const void *from, u64 size);
extern void *memset(void *to, int value, u64 size);
extern int strcmp(const char *one, const char *other);
extern void qsort(void *base, u64 count, u64 size, int (*compare)(const void *, const void *));
extern char *getenv(const char *name);
extern int *__errno_location(void);
extern long __sysconf(int name);

#define SAME(name, other) extern __typeof__(other) name __attribute__((alias(#other)))

/* ---- who is asking ---- */

enum { OTHERS, CLOCK, ARCHIVER, OURS } program;
static s64 source_date, clock_offset;

static int starts(const char *text, const char *with)
{
    while (*with)
        if (*text++ != *with++)
            return 0;
    return 1;
}

static s64 number(const char *text)
{
    s64 value = 0, sign = *text == '-' ? -1 : 1;

    for (text += *text == '-' || *text == '+'; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (*text - '0');
    return sign * value;
}

/* Nothing of it shows in errno: programs look at that. */
static void find_clock(void)
{
    char text[24];
    int before = *__errno_location(), fd = open("/run/monogres-clock", O_CLOEXEC);
    s64 length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

    if (length > 0) {
        text[length] = 0;
        clock_offset = number(text);
    }
    if (fd >= 0)
        close(fd);
    *__errno_location() = before;
}

__attribute__((constructor)) static void find_out(void)
{
    static const char *const archivers[] = { "tar", "bsdtar", "gzip", "pigz", "zip", "cpio", "bsdcpio", 0 };
    char path[256];

    find_clock();
    s64 length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return;

    path[length] = 0;
    const char *name = path, *epoch = getenv("SOURCE_DATE_EPOCH");
    for (const char *at = path; *at; at++)
        if (*at == '/')
            name = at + 1;

    /* Programs of the tool's own ask for the real machine. */
    if (starts(path, "/usr/libexec/monogres/"))
        program = OURS;
    if (program || !epoch || *epoch < '0' || *epoch > '9')
        return;

    source_date = number(epoch);
    if (strcmp(name, "date") == 0)
        program = CLOCK;
    for (const char *const *one = archivers; *one; one++)
        if (strcmp(name, *one) == 0)
            program = ARCHIVER;
}

/* ---- directories ---- */

struct dirent {
    u64 d_ino;
    s64 d_off;
    u16 d_reclen;
    u8 d_type;
    char d_name[256];
};

typedef struct {
    int fd;
    int read;
    u64 count, next, used, size;
    char *entries;
    struct dirent **sorted;
    struct dirent current;
} DIR;

static int by_name(const void *one, const void *other)
{
    return strcmp((*(struct dirent *const *)one)->d_name, (*(struct dirent *const *)other)->d_name);
}

/* Everything is read before the first entry is given; 0 when that is not possible. */
static int read_all(DIR *dir)
{
    u64 at;
    long got;

    dir->count = dir->next = dir->used = 0;
    do {
        if (dir->size - dir->used < 32768) {
            char *more = realloc(dir->entries, dir->size + 65536);
            if (!more)
                return 0;
            dir->entries = more;
            dir->size += 65536;
        }
        got = syscall(SYS_getdents64, dir->fd, dir->entries + dir->used, dir->size - dir->used);
        if (got < 0)
            return 0;
        dir->used += (u64)got;
    } while (got > 0);

    for (at = 0; at < dir->used; at += ((struct dirent *)(dir->entries + at))->d_reclen)
        dir->count++;
    free(dir->sorted);
    dir->sorted = malloc((dir->count + 1) * sizeof *dir->sorted);
    if (!dir->sorted)
        return 0;
    dir->count = 0;
    for (at = 0; at < dir->used; at += ((struct dirent *)(dir->entries + at))->d_reclen)
        dir->sorted[dir->count++] = (struct dirent *)(dir->entries + at);
    qsort(dir->sorted, dir->count, sizeof *dir->sorted, by_name);
    dir->read = 1;
    return 1;
}

static DIR *directory(int fd)
{
    DIR *dir = malloc(sizeof *dir);
    if (dir) {
        memset(dir, 0, sizeof *dir);
        dir->fd = fd;
    }
    return dir;
}

static DIR *opened(int fd)
{
    DIR *dir = fd < 0 ? 0 : directory(fd);
    if (fd >= 0 && !dir)
        close(fd);
    return dir;
}

DIR *opendir(const char *path)
{
    return opened(open(path, O_NONBLOCK | O_DIRECTORY | O_CLOEXEC));
}

DIR *fdopendir(int fd)
{
    enum { not_a_directory = 20, type = 0170000, is_directory = 0040000 };
    u64 status[32];

    if (syscall(SYS_fstat, fd, status) != 0)
        return 0;
#if defined __x86_64__
    u32 mode = *(u32 *)((char *)status + 24);
#else
    u32 mode = *(u32 *)((char *)status + 16);
#endif
    if ((mode & type) != is_directory) {
        *__errno_location() = not_a_directory;
        return 0;
    }
    return directory(fd);
}

struct dirent *readdir(DIR *dir)
{
    struct dirent *entry;

    if (!dir->read && !read_all(dir))
        return 0;
    if (dir->next == dir->count)
        return 0;
    entry = dir->sorted[dir->next++];
    entry->d_off = (s64)dir->next;
    return entry;
}

int readdir_r(DIR *dir, struct dirent *entry, struct dirent **result)
{
    int before = *__errno_location(), error = 0;
    struct dirent *found;

    *__errno_location() = 0;
    found = readdir(dir);
    if (found)
        memcpy(entry, found, found->d_reclen);
    else
        error = *__errno_location();
    *result = found ? entry : 0;
    *__errno_location() = before;
    return error;
}

void rewinddir(DIR *dir)
{
    lseek(dir->fd, 0, 0);
    dir->read = 0;
    dir->next = dir->count = 0;
}

long telldir(DIR *dir)
{
    return (long)dir->next;
}

void seekdir(DIR *dir, long position)
{
    if (!dir->read && !read_all(dir))
        return;
    dir->next = (u64)position < dir->count ? (u64)position : dir->count;
}

int dirfd(DIR *dir)
{
    return dir->fd;
}

int closedir(DIR *dir)
{
    int fd = dir->fd;

    free(dir->entries);
    free(dir->sorted);
    free(dir);
    return close(fd);
}

static int scan(DIR *dir, struct dirent ***list, int (*wanted)(const struct dirent *), int (*compare)(const void *, const void *))
{
    struct dirent *entry, **found = 0;
    u64 count = 0, room = 0;

    if (!dir)
        return -1;
    while ((entry = readdir(dir))) {
        if (wanted && !wanted(entry))
            continue;
        if (count == room) {
            struct dirent **more = realloc(found, (room = room ? 2 * room : 16) * sizeof *found);
            if (!more)
                goto failed;
            found = more;
        }
        if (!(found[count] = malloc(entry->d_reclen)))
            goto failed;
        memcpy(found[count++], entry, entry->d_reclen);
    }
    closedir(dir);
    if (!found && !(found = malloc(sizeof *found)))
        return -1;
    if (compare)
        qsort(found, count, sizeof *found, compare);
    *list = found;
    return (int)count;

failed:
    while (count > 0)
        free(found[--count]);
    free(found);
    closedir(dir);
    return -1;
}

int scandir(const char *path, struct dirent ***list, int (*wanted)(const struct dirent *), int (*compare)(const void *, const void *))
{
    return scan(opendir(path), list, wanted, compare);
}

int scandirat(int at, const char *path, struct dirent ***list, int (*wanted)(const struct dirent *), int (*compare)(const void *, const void *))
{
    return scan(opened(openat(at, path, O_NONBLOCK | O_DIRECTORY | O_CLOEXEC)), list, wanted, compare);
}

SAME(readdir64, readdir);
SAME(readdir64_r, readdir_r);
SAME(scandir64, scandir);
SAME(scandirat64, scandirat);

/* ---- the machine ---- */

enum { processors = 1, page = 4096 };
static const u64 memory = 8UL << 30;

long sysconf(int name)
{
    enum { processors_configured = 83, processors_online, pages, pages_free, caches = 185, caches_end = 200 };
    /* Size, ways and line of the caches: instructions, data, second, third and fourth level. */
    static const long cache[] = { 32768, 8, 64, 32768, 8, 64, 262144, 8, 64, 8388608, 16, 64, 0, 0, 0 };

    if (program == OURS)
        return __sysconf(name);
    switch (name) {
    case processors_configured:
    case processors_online:
        return processors;
    case pages:
    case pages_free:
        return (long)(memory / page);
    }
    return name >= caches && name < caches_end ? cache[name - caches] : __sysconf(name);
}

int get_nprocs(void)
{
    return program == OURS ? (int)__sysconf(84) : processors;
}

int get_nprocs_conf(void)
{
    return program == OURS ? (int)__sysconf(83) : processors;
}

long get_phys_pages(void)
{
    return (long)(memory / page);
}

long get_avphys_pages(void)
{
    return (long)(memory / page);
}

int sched_getaffinity(int process, u64 size, u8 *mask)
{
    long filled;

    if (size == 0)
        return -1;
    if (program == OURS) {
        filled = syscall(SYS_sched_getaffinity, process, size, mask);
        if (filled < 0)
            return -1;
    } else {
        mask[0] = 1;
        filled = 1;
    }
    memset(mask + filled, 0, size - (u64)filled);
    return 0;
}

int sysinfo(u64 *information)
{
    /* uptime; three loads; total, free, shared, buffer; swap total and free; processes; …; unit of memory (struct sysinfo). */
    if (syscall(SYS_sysinfo, information) != 0)
        return -1;
    memset(information, 0, 10 * sizeof *information);
    information[4] = information[5] = memory;
    *(u16 *)(information + 10) = 1;
    *(u32 *)((char *)information + 104) = 1;
    return 0;
}

int getloadavg(double *loads, int count)
{
    for (int i = 0; i < count && i < 3; i++)
        loads[i] = 0;
    return count < 3 ? count : 3;
}

int uname(char *names)
{
    enum { length = 65, release = 2, version = 3 };

    if (syscall(SYS_uname, names) != 0)
        return -1;
    memset(names + release * length, 0, 2 * length);
    names[release * length] = names[version * length] = '0';
    return 0;
}

/* ---- time ---- */

struct timespec {
    s64 seconds;
    long nanoseconds;
};

int clock_gettime(int clock, struct timespec *time)
{
    enum { clock_coarse = 5 };

    if (program == CLOCK && clock == 0) {
        time->seconds = source_date;
        time->nanoseconds = 0;
        return 0;
    }
    long result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == 0 || clock == clock_coarse))
        time->seconds += clock_offset;
    return (int)result;
}

int timespec_get(struct timespec *time, int base)
{
    return base == 1 && clock_gettime(0, time) == 0 ? base : 0;
}

int gettimeofday(struct timespec *time, void *zone)
{
    (void)zone;
    if (clock_gettime(0, time) != 0)
        return -1;
    time->nanoseconds /= 1000;
    return 0;
}

s64 time(s64 *seconds)
{
    struct timespec now;

    if (clock_gettime(0, &now) != 0)
        return -1;
    if (seconds)
        *seconds = now.seconds;
    return now.seconds;
}

/* The times of access, modification and change: at the same place in struct stat on both architectures. */
static int seen(long result, void *status)
{
    struct timespec *times = (struct timespec *)((char *)status + 72);

    if (result == 0 && program == ARCHIVER)
        for (int i = 0; i < 3; i++)
            if (times[i].seconds >= source_date) {
                times[i].seconds = source_date;
                times[i].nanoseconds = 0;
            }
    return (int)result;
}

int fstatat(int at, const char *path, void *status, int flags)
{
    return seen(syscall(SYS_newfstatat, at, path, status, flags), status);
}

int stat(const char *path, void *status)
{
    return fstatat(AT_FDCWD, path, status, 0);
}

int lstat(const char *path, void *status)
{
    return fstatat(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}

int fstat(int fd, void *status)
{
    return seen(syscall(SYS_fstat, fd, status), status);
}

/* As programs that were linked with a C library before 2.33 call them. */
int __xstat(int version, const char *path, void *status)
{
    (void)version;
    return stat(path, status);
}

int __lxstat(int version, const char *path, void *status)
{
    (void)version;
    return lstat(path, status);
}

int __fxstat(int version, int fd, void *status)
{
    (void)version;
    return fstat(fd, status);
}

int __fxstatat(int version, int at, const char *path, void *status, int flags)
{
    (void)version;
    return fstatat(at, path, status, flags);
}

SAME(fstatat64, fstatat);
SAME(stat64, stat);
SAME(lstat64, lstat);
SAME(fstat64, fstat);
SAME(__xstat64, __xstat);
SAME(__lxstat64, __lxstat);
SAME(__fxstat64, __fxstat);
SAME(__fxstatat64, __fxstatat);
