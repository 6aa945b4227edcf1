using System.Collections.Immutable;
using System.Formats.Tar;
using System.Security.Cryptography;
using Monogres.Engine.Events;
using Monogres.Records;
using Monogres.Core;
using Monogres.Store;
using Monogres.Testing;

namespace Monogres.Packaging.Tests;

public sealed class DistributionsTests : IDisposable
{
    private const string Name = "postgres-15.18-minimal-debian12-amd64";

    private static readonly ImmutableSortedDictionary<string, string> Files = ImmutableSortedDictionary.CreateRange<string, string>(
        [new("bin/postgres", "a program"), new("share/conf.sample", "port = 5432\n")]);

    private readonly TemporaryDirectory _output = new();

    private string Archive => _output[$"{Name}.tar"];

    private string Manifest => _output[$"{Name}.json"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _output.Dispose();

    private static Distributions Of(SmallTarget target) => new(target.Blobs, target.Builder, target.Records);

    [Fact]
    public async Task A_target_is_left_as_an_archive_and_what_it_is_made_of()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        var built = await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        Assert.Equal([Archive, Manifest], built.Files);
        Assert.Equal([Manifest, Archive], Directory.EnumerateFileSystemEntries(_output.Path).Order(StringComparer.Ordinal));

        using var reader = new TarReader(File.OpenRead(Archive));
        List<string> names = [];
        while (await reader.GetNextEntryAsync(cancellationToken: Cancel) is { } entry)
            names.Add(entry.Name);
        Assert.Equal([$"{Name}/", $"{Name}/bin/", $"{Name}/bin/postgres", $"{Name}/share/", $"{Name}/share/conf.sample"], names);

        var manifest = TargetManifest.Parse(await File.ReadAllTextAsync(Manifest, Cancel));
        Assert.Equal(built.Manifest.ToText(), manifest.ToText());
        Assert.Equal(new ManifestFile($"{Name}.tar", Hash(Archive), new FileInfo(Archive).Length), manifest.Archive);
        Assert.Equal(manifest.ToText(), (await target.Records.FindAsync(Name, Cancel))?.ToText());
    }

    [Fact]
    public async Task The_archive_does_not_depend_on_the_store_or_the_directory()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        using var another = await SmallTarget.InstallingAsync(Files, Cancel);
        using var elsewhere = new TemporaryDirectory();
        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        await Of(another).BuildAsync(another.Plan, elsewhere["a/deeper/one"], useCache: true, Cancel);
        Assert.Equal(Hash(Archive), Hash(Path.Combine(elsewhere["a/deeper/one"], $"{Name}.tar")));
        Assert.Equal(Hash(Manifest), Hash(Path.Combine(elsewhere["a/deeper/one"], $"{Name}.json")));
    }

    [Fact]
    public async Task An_archive_that_is_there_already_is_kept()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        HardLink.Create(Archive, _output["same"]);
        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);

        // Written again, it would be another file than the one with the second name.
        await File.AppendAllTextAsync(_output["same"], "x", Cancel);
        Assert.Equal(new FileInfo(_output["same"]).Length, new FileInfo(Archive).Length);
        Assert.Equal(1, target.Runner.Runs);
    }

    [Fact]
    public async Task What_a_killed_process_left_half_written_is_removed_and_what_another_writes_is_not()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        await File.WriteAllTextAsync($"{Archive}.4711.part", "half", Cancel);
        await using var other = new FileStream($"{Archive}.4712.part", FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        Assert.Equal([$"{Archive}.4712.part"], Directory.EnumerateFiles(_output.Path, "*.part"));
    }

    [Fact]
    public async Task Debug_information_is_an_archive_of_its_own()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel, symbols: "debug information");
        var built = await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        var symbols = _output[$"{Name}-symbols.tar"];
        Assert.Equal([Archive, symbols, Manifest], built.Files);
        Assert.Equal(new ManifestFile($"{Name}-symbols.tar", Hash(symbols), new FileInfo(symbols).Length), built.Manifest.SymbolsArchive);

        using var without = await SmallTarget.InstallingAsync(Files, Cancel);
        Assert.Equal(built.Target.Payload.Tree, (await without.Builder.BuildAsync(without.Plan, useCache: true, Cancel)).Payload.Tree);
    }

    public static TheoryData<string> Spoilings => [.. Spoiled.Keys];

    private static readonly Dictionary<string, Action<DistributionsTests>> Spoiled = new()
    {
        ["a changed byte"] = test => Change(test.Archive, bytes => bytes[600] ^= 1),
        ["a longer archive"] = test => File.AppendAllText(test.Archive, "x"),
        ["no archive"] = test => File.Delete(test.Archive),
        ["no manifest"] = test => File.Delete(test.Manifest),
        ["a manifest that cannot be read"] = test => File.WriteAllText(test.Manifest, "{"),
        ["a manifest of something else"] = test => File.WriteAllText(test.Manifest, File.ReadAllText(test.Manifest).Replace("\"gcc\"", "\"llvm\"", StringComparison.Ordinal)),
        ["a manifest without archive"] = test => File.WriteAllText(test.Manifest, (TargetManifest.Parse(File.ReadAllText(test.Manifest)) with { Archive = null }).ToText()),
    };

    [Theory]
    [MemberData(nameof(Spoilings))]
    public async Task An_archive_that_is_not_the_one_is_replaced(string how)
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        var (archive, manifest) = (Hash(Archive), Hash(Manifest));
        Spoiled[how](this);
        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        Assert.Equal((archive, manifest), (Hash(Archive), Hash(Manifest)));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(_output.Path).Count());
    }

    [Fact]
    public async Task A_file_that_is_lost_or_damaged_in_the_store_is_built_again()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        var archive = Hash(Archive);
        File.Delete(Archive);
        target.Damage(Digest.Of("a program"u8));

        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        Assert.Equal(archive, Hash(Archive));
        Assert.Equal(2, target.Runner.Runs);
        Assert.Single(target.Observer.Events.OfType<EngineEvent.Repairing>());
    }

    [Fact]
    public async Task Nothing_half_written_is_left_when_the_build_cannot_give_a_file_again()
    {
        using var target = await SmallTarget.OfAsync(async (store, cancel) =>
        {
            // A directory that names a file which nobody has: reading it fails in the middle of the archive.
            var outcome = await FakeActionRunner.SucceededWithAsync(store, "usr/lib/postgresql/15/bin/postgres", "gone"u8.ToArray(), cancel);
            ((ILocalBlobStore)store).Drop(Digest.Of("gone"u8));
            return outcome;
        }, Cancel);
        await Assert.ThrowsAsync<BlobMissingException>(() => Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_output.Path));
    }

    [Fact]
    public async Task A_build_that_installs_nothing_is_the_fault_of_its_style()
    {
        using var target = await SmallTarget.OfAsync((store, cancel) => FakeActionRunner.SucceededWithAsync(store, "usr/local/bin/postgres", [1], cancel), Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel));
        Assert.Equal("the build of `postgres@15.18+minimal` installed nothing in `/usr/lib/postgresql/15`", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_output.Path));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_the_readers_error()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        var directory = _output["a file"];
        await File.WriteAllTextAsync(directory, "", Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Of(target).BuildAsync(target.Plan, directory, useCache: true, Cancel));
        Assert.StartsWith($"cannot write to `{directory}`: ", error.Message, StringComparison.Ordinal);
        Assert.Equal("choose another directory with `--output DIR`; what was built is kept in the store", error.Hint);

        // Built it is, and nothing of that is lost.
        await Of(target).BuildAsync(target.Plan, _output["another"], useCache: true, Cancel);
        Assert.Equal(1, target.Runner.Runs);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_after_a_repair_is_the_readers_error_too()
    {
        using var target = await SmallTarget.InstallingAsync(Files, Cancel);
        await Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel);
        File.Delete(Archive);
        target.Damage(Digest.Of("a program"u8));

        // What would be written is in the way of itself once the damage is found: the archive's name is a directory.
        Directory.CreateDirectory(Archive);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Of(target).BuildAsync(target.Plan, _output.Path, useCache: true, Cancel));
        Assert.StartsWith($"cannot write to `{_output.Path}`: ", error.Message, StringComparison.Ordinal);
    }

    private static void Change(string file, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(file);
        change(bytes);
        File.WriteAllBytes(file, bytes);
    }

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
