using System.Security.Cryptography;
using System.Text;
using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>What a disk has lost or changed is noticed, and restored.</summary>
public sealed class DamageTests(World world)
{
    public static TheoryData<Kind> Kinds { get; } = [.. Enum.GetValues<Kind>()];

    public enum Kind
    {
        /// <summary>A file of what was built.</summary>
        PayloadFile,

        /// <summary>A <c>.deb</c>.</summary>
        Package,

        /// <summary>A program of the root in which is built.</summary>
        ToolchainFile,

        /// <summary>A file of the source.</summary>
        SourceFile,

        /// <summary>The archive of the source.</summary>
        SourceArchive,
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_changed_byte_is_found_by_the_check_and_repaired(Kind kind)
    {
        using var place = world.Built();
        var hash = HashOf(place, kind);
        Flip(place, hash);

        var found = (await place.RunAsync("store", "check")).ExitedWith(1);
        Assert.Contains($"blobs/{hash[..2]}/{hash}", found.Out, StringComparison.Ordinal);
        Assert.Contains("error:", found.Error, StringComparison.Ordinal);
        Assert.Contains("--repair", found.Error, StringComparison.Ordinal);

        (await place.RunAsync("store", "check", "--repair")).Succeeded();
        await place.StoreIsSoundAsync();
        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick, "--no-cache"));
        await place.StoreIsSoundAsync();
    }

    [Fact]
    public async Task A_changed_byte_of_a_package_is_noticed_while_it_is_copied_and_it_is_packed_again()
    {
        using var place = world.Built();
        Flip(place, world.Quick.Archive);

        var built = (await place.RunAsync("build", FixtureIndex.Quick, "--output", "elsewhere")).Succeeded();
        Assert.Contains("is damaged", built.Error, StringComparison.Ordinal);
        Assert.Equal(world.Quick, place.ReadBuilt(FixtureIndex.Quick, "elsewhere"));
        await place.StoreIsSoundAsync();
    }

    [Fact]
    public async Task A_changed_byte_of_the_payload_is_noticed_while_packing_and_the_build_run_again()
    {
        using var place = world.Built();
        Lose(place, world.Quick.Archive);
        Flip(place, HashOf(place, Kind.PayloadFile));

        using var run = place.Watch("build", FixtureIndex.Quick, "--output", "elsewhere");
        (await run.EndAsync()).Succeeded();
        Assert.Single(run.Seen, one => one.Is("started", "build"));
        Assert.Equal(world.Quick, place.ReadBuilt(FixtureIndex.Quick, "elsewhere"));
        await place.StoreIsSoundAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_lost_blob_is_restored(Kind kind)
    {
        using var place = world.Built();
        Lose(place, HashOf(place, kind));
        // Trees on disk would do in place of the blobs that they were made from.
        foreach (var root in Directory.EnumerateDirectories(Path.Combine(place.Store, "roots")))
            Directory.Delete(root, recursive: true);

        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
        // A cached result needs nothing of what it was made from, so only a build that runs has all of it again.
        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick, "--no-cache"));
        await place.StoreIsSoundAsync();
    }

    private static string HashOf(Place place, Kind kind) => kind switch
    {
        Kind.PayloadFile => HashOf(Encoding.UTF8.GetBytes("#!/bin/sh\necho hello from 15.1\n")),
        Kind.SourceFile => HashOf(Encoding.UTF8.GetBytes("15.1\n")),
        Kind.SourceArchive => place.Index.SourceHash("15.1"),
        Kind.Package => (string)place.Index.Read("platforms/debian12-amd64/packages.lock.json")["packages"]!.AsArray()
            .Single(package => (string)package!["name"]! == "make")!["sha256"]!,
        Kind.ToolchainFile => HashOf(File.ReadAllBytes(Directory.EnumerateDirectories(Path.Combine(place.Store, "roots"))
            .Select(root => Path.Combine(root, "usr/bin/make")).First(File.Exists))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Changes a byte in the middle, in place, as a disk does: also in the trees that are linked to it.</summary>
    private static void Flip(Place place, string hash)
    {
        foreach (var path in FilesOf(place, hash))
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserWrite);
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            file.Position = file.Length / 2;
            var was = file.ReadByte();
            file.Position = file.Length / 2;
            file.WriteByte((byte)(was ^ 1));
        }
    }

    private static void Lose(Place place, string hash)
    {
        foreach (var path in FilesOf(place, hash))
            File.Delete(path);
    }

    private static string[] FilesOf(Place place, string hash)
    {
        string[] files = [.. new[] { place.BlobPath(hash), place.BlobPath(hash) + ".x" }.Where(File.Exists)];
        Assert.NotEmpty(files);
        return files;
    }
}
