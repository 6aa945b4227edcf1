using System.Buffers.Binary;
using System.Collections.Immutable;
using Monogres.Proof.Comparison.Causes;

namespace Monogres.Proof.Tests.Comparison;

/// <summary>Each cause is recognised by what it leaves, and not in a harmless twin: a difference that looks alike and is something else.</summary>
public class CauseTableTests
{
    private static readonly DateTimeOffset Date = new(2026, 11, 27, 10, 20, 30, TimeSpan.Zero);

    private static readonly (string Id, Evidence Evidence)[] Recognised =
    [
        ("time", Texts("built on 2026-11-27", "built on 2026-11-28")),
        ("time", Texts("at 2026-11-27T10:20:30+01:00 sharp", "at 2027-01-02T03:04:05Z sharp")),
        ("time", Texts("Nov 27 2026", "Dec  1 2026")),
        ("time", Texts("10:20:30", "23:59:60")),
        ("time", Texts("Fri, 27 Nov 2026 10:20:30 +0100", "Sat, 28 Nov 2026 00:00:01 +0000")),
        ("time", Texts("Fri Nov 27 10:20:30 UTC 2026", "Sat Nov 28 10:20:30 CET 2026")),
        ("time", Texts("1795774830", "1795861230")),
        ("time", Texts("build 20261127", "build 20261128")),
        ("time", new Evidence.Times(Date, Date.AddDays(1))),
        ("time", Bytes(LittleEndian(1795774830), LittleEndian(1795861230))),
        ("host-name", Texts("built on: alpha", "built on: beta")),
        ("host-name", Texts("hostname=alpha.example.org", "hostname=beta")),
        ("host-name", Texts("Linux alpha 6.1.0", "Linux beta 6.1.0")),
        ("host-name", new Evidence.Texts("build host", "alpha", "beta")),
        ("user-name", Texts("user: alice", "user: bob")),
        ("user-name", Texts("alice@example.org", "bob@example.org")),
        ("user-name", new Evidence.Texts("owner", "alice:users (1000:1000)", "root:root (0:0)")),
        ("kernel-release", Texts("6.1.0-18-amd64", "6.12.4-cloud-amd64")),
        ("kernel-release", Texts("CMAKE_SYSTEM_VERSION Linux-6.1.0", "CMAKE_SYSTEM_VERSION Linux-6.2.1")),
        ("build-path", Texts("/home/alice/pg/src/x.c", "/builds/42/pg/src/x.c")),
        ("build-path", Texts("cc -I/work/a/include", "cc -I/work/bcd/include")),
        ("temporary-name", Texts("/tmp/ccAbCdEf.o", "/tmp/ccGhIjKl.o")),
        ("temporary-name", Texts("tmp.q8Xb2LkP0s", "tmp.Zz91kLmN3a")),
        ("temporary-name", Texts("ccAbCdEf.o", "ccGhIjKl.o")),
        ("line-order", Lists(ListOf.Lines, ["c", "a", "b"], ["b", "c", "a"])),
        ("link-order", Lists(ListOf.ObjectFiles, ["a.o", "b.o"], ["b.o", "a.o"])),
        ("link-order", Lists(ListOf.Symbols, ["f", "g"], ["g", "f"])),
        ("hash-order", Texts("keys: apple pear plum", "keys: plum apple pear")),
        ("hash-order", Texts("{'a', 'b', 'c'}", "{'c', 'a', 'b'}")),
        ("hash-order", Lists(ListOf.Words, ["a", "b"], ["b", "a"])),
        ("locale", Texts("took 1.5 of 10", "took 1,5 of 10")),
        ("locale", Lists(ListOf.Lines, ["B", "a", "c"], ["a", "B", "c"])),
        ("umask", new Evidence.Modes(0x1a4 /* 0644 */, 0x1b4 /* 0664 */)),
        ("umask", new Evidence.Modes(0x1ed /* 0755 */, 0x1c0 /* 0700 */)),
        ("processor-count", Texts("make -j4", "make -j 16")),
        ("processor-count", Texts("with 4 cores", "with 2 cores")),
        ("processor-count", Texts("NPROC=8", "NPROC=2")),
        ("processor", Texts("-O2 -march=native -g", "-O2 -march=haswell -g")),
        ("processor", Texts("-O2 -mavx2 -mfma", "-O2")),
        ("processor", Texts("model name\t: Intel(R) Xeon(R) CPU @ 2.20GHz", "model name\t: AMD EPYC 7B12")),
        ("processor", new Evidence.Code(["sum"], SameSymbols: true, SameData: true)),
        ("random", Texts("id 6f1ed002-ab55-4d3a-9c0b-1234567890ab", "id 0a1b2c3d-ab55-4d3a-9c0b-1234567890ff")),
        ("random", Texts("7c222fb2927d828af22f592134e89324", "9b74c9897bac770ffc029102a200c5de")),
        ("random", Texts("seed: 17", "seed: 29381")),
        ("random", Bytes([.. Enumerable.Range(1, 32).Select(i => (byte)(i * 37))], [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 91))])),
        ("process-id", Texts("pid 4711", "pid 23")),
        ("process-id", Texts("/proc/4711/maps", "/proc/99/maps")),
        ("inode", Texts("inode: 131072", "inode: 99")),
        ("pointer", Texts("0x7ffd5e8c1a20", "0x7ffc00112233")),
        ("pointer", Texts("HASH(0x1c3f2a0)", "HASH(0x9d7e118)")),
        ("pointer", Bytes(BitConverter.GetBytes(0x7f12_3456_7890ul), BitConverter.GetBytes(0x7f65_4321_0987ul))),
        ("terminal-width", Lists(ListOf.Lines, ["one two", "three"], ["one", "two three"])),
        ("uninitialised", Bytes([1, 2, 3, 4], [9, 8, 7, 200])),
        ("byte-order", Bytes([0, 0, 1, 2], [2, 1, 0, 0])),
        ("git", Texts("1.2-14-gabc1234", "1.2-15-g0ff1ce5")),
        ("git", Texts("commit 0123abc", "commit 4567def")),
        ("git", Texts("1.2", "1.2-dirty")),
        ("compression", new Evidence.Compressed("gzip", "gzip")),
        ("compression", new Evidence.Texts("compressed size", "100", "98")),
        ("member-order", Lists(ListOf.Entries, ["a", "b"], ["b", "a"])),
        ("hard-links", new Evidence.HardLinks()),
        ("build-id", new Evidence.BuildIds("ab", "cd")),
        ("digest", Texts("sha256:7c222fb2927d828af22f592134e8932480637c0d7c222fb2927d828af22f5921", "sha256:0b222fb2927d828af22f592134e8932480637c0d7c222fb2927d828af22f5921")),
        ("digest", Texts("7c222fb2927d828af22f592134e89324  usr/bin/x", "9b74c9897bac770ffc029102a200c5de  usr/bin/x")),
        ("digest", new Evidence.Texts("file digests", "7c222fb2927d828af22f592134e89324, , aa", "9b74c9897bac770ffc029102a200c5de, , aa")),
        ("environment", Texts("PATH=/usr/bin:/bin", "PATH=/usr/local/bin:/bin")),
        ("duration", Texts("took 1.25 seconds", "took 3 seconds")),
        ("tool-version", Texts("GCC: (Debian 12.2.0-14) 12.2.0", "GCC: (Debian 14.2.0-19) 14.2.0")),
        ("line-endings", Lists(ListOf.Lines, ["a\r", "b\r"], ["a", "b"])),
    ];

    // Each looks like that cause, and is not.
    private static readonly (string Id, Evidence Evidence)[] Twins =
    [
        ("time", Texts("version 15.18", "version 15.19")),
        ("time", Texts("call 1234567890", "call 9876543210")),
        ("time", Texts("at 2026-11-27 alpha", "at 2026-11-28 beta")),
        ("time", Bytes(LittleEndian(1), LittleEndian(2))),
        ("host-name", Texts("hostile alpha", "hostile beta")),
        ("host-name", Texts("host: 15", "host: 16")),
        ("user-name", Texts("users alpha", "users beta")),
        ("kernel-release", Texts("5.10.3-2+b1", "5.10.4-1+b1")),
        ("build-path", Texts("/usr/share/postgresql/15", "/usr/share/postgresql/16")),
        ("build-path", Texts("either/or", "neither/nor")),
        ("build-path", Texts("https://one.example/a/b", "https://two.example/a/b")),
        ("temporary-name", Texts("ccache.o", "cclang.o")),
        ("line-order", Lists(ListOf.Lines, ["a", "b"], ["b", "c"])),
        ("link-order", Lists(ListOf.ObjectFiles, ["a.o", "b.o"], ["a.o", "c.o"])),
        ("hash-order", Texts("apple pear plum", "plum apple fig")),
        ("locale", Texts("1.5 apples", "1,6 apples")),
        ("locale", Lists(ListOf.Lines, ["b", "a", "c"], ["c", "b", "a"])),
        ("umask", new Evidence.Modes(0x1a4 /* 0644 */, 0x1ed /* 0755 */)),
        ("umask", new Evidence.Modes(0x1ed /* 0755 */, 0x9ed /* 4755 */)),
        ("processor-count", Texts("rows 4", "rows 5")),
        ("processor-count", Texts("make -jobless", "make -jumbled")),
        ("processor", Texts("-O2 -g", "-O3 -g")),
        ("processor", new Evidence.Code(["sum"], SameSymbols: false, SameData: true)),
        ("processor", new Evidence.Code(["sum"], SameSymbols: true, SameData: false)),
        ("random", Texts("deadbeef", "cafebabe")),
        ("random", Texts("effaced", "defaced")),
        ("random", Bytes([.. "the same old story is told again"u8], [.. "another story is now told to him"u8])),
        ("process-id", Texts("rapid 4711", "rapid 23")),
        ("process-id", Texts("make[1]", "make[2]")),
        ("inode", Texts("domino: 12", "domino: 13")),
        ("pointer", Texts("0x1234", "0x1235")),
        ("pointer", Bytes(BitConverter.GetBytes(17ul), BitConverter.GetBytes(18ul))),
        ("terminal-width", Lists(ListOf.Lines, ["one two", "three"], ["one  two", "three"])),
        ("terminal-width", Lists(ListOf.Lines, ["one two", "three"], ["one", "two four"])),
        ("uninitialised", Bytes([.. "text"u8], [.. "TEXT"u8])),
        ("uninitialised", Bytes([1, 2, 3, 4], [9, 8, 7, 200]) with { IsCompiled = true }),
        ("byte-order", Bytes([0, 0, 1, 2], [2, 1, 0, 1])),
        ("git", Texts("1.2-14", "1.2-15")),
        ("git", Texts("gadget", "gabled")),
        ("compression", new Evidence.Texts("size", "100", "98")),
        ("member-order", Lists(ListOf.Entries, ["a", "b"], ["a", "c"])),
        ("hard-links", new Evidence.Texts("links", "1", "2")),
        ("build-id", Texts("build 17", "build 18")),
        ("digest", Texts("id 7c222fb2927d828af22f592134e89324", "id 9b74c9897bac770ffc029102a200c5de")),
        ("environment", Texts("pattern=1", "pattern=2")),
        ("duration", Texts("3 shells", "4 shells")),
        ("tool-version", Texts("PostgreSQL 15.18", "PostgreSQL 15.19")),
        ("line-endings", Lists(ListOf.Lines, ["a", "b"], ["b", "a"])),
    ];

    public static TheoryData<int> EachRecognised => [.. Enumerable.Range(0, Recognised.Length)];

    public static TheoryData<int> EachTwin => [.. Enumerable.Range(0, Twins.Length)];

    [Theory]
    [MemberData(nameof(EachRecognised))]
    public void A_cause_is_recognised(int number)
    {
        var (id, evidence) = Recognised[number];
        var causes = CauseTable.Explain(evidence);
        Assert.True(causes.Length == 1 && causes[0].Id == id, $"{evidence}: {string.Join("; ", causes)} in place of {id}");
    }

    [Theory]
    [MemberData(nameof(EachTwin))]
    public void A_harmless_twin_is_not(int number)
    {
        var (id, evidence) = Twins[number];
        var rule = Assert.Single(CauseTable.All, rule => rule.Id == id);
        Assert.True(rule.Explain(evidence) is null, $"{evidence}: {rule.Explain(evidence)}");
    }

    [Fact]
    public void Every_cause_has_what_shows_it_and_a_twin()
    {
        var ids = CauseTable.All.Select(rule => rule.Id).ToArray();
        Assert.Equal(ids.Distinct().Order(), Recognised.Select(pair => pair.Id).Distinct().Order());
        Assert.Equal(ids.Order(), Twins.Select(pair => pair.Id).Distinct().Order());
    }

    [Fact]
    public void From_the_other_side_it_is_the_same_cause() => Assert.Every(Recognised, pair =>
    {
        var mirrored = CauseTable.Explain(pair.Evidence switch
        {
            Evidence.Texts(var where, var one, var other) => new Evidence.Texts(where, other, one),
            Evidence.Lists lists => lists with { One = lists.Other, Other = lists.One },
            Evidence.Bytes bytes => bytes with { One = bytes.Other, Other = bytes.One },
            Evidence.Modes modes => new Evidence.Modes(modes.Other, modes.One),
            Evidence.Times times => new Evidence.Times(times.Other, times.One),
            Evidence.BuildIds ids => new Evidence.BuildIds(ids.Other, ids.One),
            var same => same,
        });
        Assert.Equal(CauseTable.Explain(pair.Evidence).Single().Mirror(), mirrored.Single());
    });

    [Fact]
    public void A_line_can_have_several_causes() => Assert.Equal(
        ["time", "user-name", "build-path"],
        CauseTable.Explain(Texts("built by: alice in /builds/a at 10:20:30", "built by: bob in /srv/bb at 11:22:33")).Select(cause => cause.Id));

    [Fact]
    public void What_no_cause_accounts_for_has_none() => Assert.Empty(CauseTable.Explain(Texts("built 2026-11-27 of apples", "built 2026-11-28 of pears")));

    private static Evidence.Texts Texts(string one, string other) => new("line", one, other);

    private static Evidence.Lists Lists(ListOf of, ImmutableArray<string> one, ImmutableArray<string> other) => new(of, one, other);

    // Between bytes that are equal.
    private static Evidence.Bytes Bytes(byte[] one, byte[] other)
    {
        byte[] around = new byte[64];
        return new Evidence.Bytes(0, around.Length, one.Length, (byte[])[.. around, .. one, .. around], (byte[])[.. around, .. other, .. around]);
    }

    private static byte[] LittleEndian(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }
}
