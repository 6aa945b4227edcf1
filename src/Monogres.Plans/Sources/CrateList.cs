using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Plans.Sources;

/// <summary>
/// The crates that <c>Cargo.lock</c> files of a source name, as cargo's directory source wants them: each in <c>vendor/NAME-VERSION</c> with
/// a <c>.cargo-checksum.json</c> (<see href="https://doc.rust-lang.org/cargo/reference/source-replacement.html#directory-sources"/>). Members
/// of the workspace are in the source; what comes from git must be in <c>vendor/</c> too, as a part, since a lock has no digest of it.
/// </summary>
/// <param name="locks">The lock files, from the top of the source.</param>
internal sealed class CrateList(ImmutableArray<RelativePath> locks) : ArchiveList
{
    /// <summary>Where crates are, whatever registry index named them: all of them are files of the one public registry.</summary>
    private static readonly Uri s_place = new("https://static.crates.io/crates/");

    /// <summary>The directory of a source that has the crates.</summary>
    public static RelativePath Vendor { get; } = RelativePath.Parse("vendor");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("crates 1").Add([.. locks.Select(file => file.Value)]);

    /// <inheritdoc/>
    public override async Task<ImmutableArray<ListedArchive>> ReadAsync(Digest tree, IBlobStore blobs, CancellationToken cancel)
    {
        var files = new SortedDictionary<string, Sha256Hash>(StringComparer.Ordinal);
        var crates = ImmutableArray.CreateBuilder<ListedArchive>();
        foreach (var file in locks)
        {
            foreach (var package in await PackagesAsync(tree, file, blobs, cancel))
            {
                var name = $"{package.Name}-{package.Version}";
                if (package.IsCrate && package.Checksum is null)
                    throw CrateErrors.NoChecksum(file, name);
                if (!package.IsCrate && package.Source is not null && await TreeWalk.FindDirectoryAsync(blobs, tree, Vendor.Child(name), cancel) is null)
                    throw CrateErrors.FromElsewhere(file, name, package.Source);
                if (package is not { IsCrate: true, Checksum: { } checksum })
                    continue;
                if (files.TryAdd(name, checksum))
                    crates.Add(CrateOf(package, name, checksum));
                else if (files[name] != checksum)
                    throw CrateErrors.TwoFiles(file, name);
            }
        }

        return crates.ToImmutable();
    }

    private static ListedArchive CrateOf(CargoPackage package, string name, Sha256Hash checksum) => new(
        new PinnedFile { Name = $"{name}.crate", Sha256 = checksum, Size = null, Places = [new Place.Web(new Uri(s_place, $"{package.Name}/{package.Name}-{Uri.EscapeDataString(package.Version)}.crate"))] },
        Vendor.Child(name),
        [new(".cargo-checksum.json", $$"""{"files":{},"package":"{{checksum}}"}""")]);

    private static async Task<ImmutableArray<CargoPackage>> PackagesAsync(Digest tree, RelativePath file, IBlobStore blobs, CancellationToken cancel)
    {
        var content = await TreeWalk.FindFileAsync(blobs, tree, file, cancel) ?? throw CrateErrors.NoLock(file);
        await using var stream = await blobs.OpenAsync(content, cancel);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        try
        {
            return CargoPackage.Read(await reader.ReadToEndAsync(cancel));
        }
        catch (FormatException error)
        {
            throw CrateErrors.Unreadable(file, error.Message);
        }
    }
}

/// <summary>Why the crates of a source cannot be had.</summary>
internal static class CrateErrors
{
    /// <summary>The source does not have the file.</summary>
    public static UserErrorException NoLock(RelativePath file) =>
        new($"the source has no `{file}`, which says which crates it needs", "correct `crates` of its repo.json, or ask upstream to publish the lock file");

    /// <summary>The file is something else.</summary>
    public static UserErrorException Unreadable(RelativePath file, string reason) =>
        new($"`{file}` cannot be read: {reason}", "write it anew with `cargo generate-lockfile`");

    /// <summary>A crate without a digest.</summary>
    public static UserErrorException NoChecksum(RelativePath file, string crate) =>
        new($"`{file}` has no checksum of the crate `{crate}`", "write it anew with a cargo of 2020 or later");

    /// <summary>A package of a lock is not a file of the registry.</summary>
    public static UserErrorException FromElsewhere(RelativePath file, string crate, string source) =>
        new($"`{crate}` in `{file}` comes from `{source}`, of which the lock has no digest", $"name the archive of that commit as the part `vendor/{crate}` in its repo.json, with the folder of the crate as `strip_prefix`");

    /// <summary>Two locks have different files of one crate.</summary>
    public static UserErrorException TwoFiles(RelativePath file, string crate) =>
        new($"`{file}` has another checksum of the crate `{crate}` than another lock of the source", "one of the two lock files is wrong");
}
