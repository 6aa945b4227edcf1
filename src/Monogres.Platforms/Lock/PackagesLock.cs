using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using Monogres.Core;

namespace Monogres.Platforms.Lock;

/// <summary>
/// Every package that a platform may need, pinned: <c>index/platforms/NAME/packages.lock.json</c>. Closures are computed
/// from it without a network and always with the same result. Documented in <c>docs/reference/platform-lock.md</c>.
/// </summary>
public sealed record PackagesLock
{
    /// <summary>The only version of the format.</summary>
    public const int FormatVersion = 1;

    private FrozenDictionary<string, LockedPackage>? _byName;

    /// <summary>The version of the format.</summary>
    public required int Version { get; init; }

    /// <summary>The platform: <c>debian12-amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The archive's name on a mirror: <c>debian</c>.</summary>
    public required string Archive { get; init; }

    /// <summary>The suite by its code name: <c>bookworm</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>The component: <c>main</c>.</summary>
    public required string Component { get; init; }

    /// <summary>Debian's word for the processor: <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The <c>InRelease</c> file whose signature was checked when the lock was made.</summary>
    public required LockedRelease Release { get; init; }

    /// <summary>The packages, sorted by name (ordinal).</summary>
    public required ImmutableArray<LockedPackage> Packages
    {
        get;
        init
        {
            field = value;
            // A copy made by `with` has other packages than the original.
            _byName = null;
        }
    }

    private FrozenDictionary<string, LockedPackage> ByName => _byName ??= Packages.ToFrozenDictionary(package => package.Name, StringComparer.Ordinal);

    /// <summary>The package of that name, or null.</summary>
    public LockedPackage? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The roots and everything that they need, sorted by name. Packages may require each other.</summary>
    /// <param name="roots">Names of packages in the lock.</param>
    /// <param name="leaveOut">Packages that are omitted, with what only they need; they need not be in the lock. What a library is linked with is never omitted: see <see cref="Omission"/>.</param>
    /// <exception cref="UserErrorException">A root or something that it needs is not in the lock.</exception>
    public ImmutableArray<LockedPackage> Closure(IEnumerable<string> roots, IEnumerable<string> leaveOut)
    {
        var excluded = leaveOut.ToHashSet(StringComparer.Ordinal);
        var askedBy = new Dictionary<string, string?>(StringComparer.Ordinal);
        var closure = new SortedDictionary<string, LockedPackage>(StringComparer.Ordinal);
        var queue = new Queue<string>();
        foreach (var root in roots.Order(StringComparer.Ordinal))
            Enqueue(root, null);

        while (queue.TryDequeue(out var name))
        {
            var package = Find(name) ?? throw LockErrors.Missing(Platform, name, Chain(askedBy, name), NearNames.Of(name, ByName.Keys));
            closure.Add(name, package);
            foreach (var needed in package.Depends)
                Enqueue(needed, name);
        }

        return [.. closure.Values];

        void Enqueue(string name, string? asker)
        {
            if (!(excluded.Contains(name) && Omission.Holds(name, asker)) && askedBy.TryAdd(name, asker))
                queue.Enqueue(name);
        }
    }

    /// <summary>
    /// One hash for a set of packages, in any order: a key for whatever is made of exactly these files.
    /// The SHA-256 of a line <c>name version architecture sha256/size</c> for each, sorted by name.
    /// </summary>
    public static Sha256Hash KeyOf(IEnumerable<LockedPackage> packages)
    {
        var text = new StringBuilder();
        foreach (var package in packages.OrderBy(package => package.Name, StringComparer.Ordinal))
            text.Append(package.Name).Append(' ').Append(package.Version).Append(' ').Append(package.Architecture).Append(' ').Append(package.Digest.ToString()).Append('\n');
        return Sha256Hash.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static List<string> Chain(Dictionary<string, string?> askedBy, string name)
    {
        var chain = new List<string>();
        for (var asker = askedBy[name]; asker is not null; asker = askedBy[asker])
            chain.Add(asker);
        return chain;
    }
}

/// <summary>The state of the archive that a lock was made from.</summary>
public sealed record LockedRelease
{
    /// <summary>The <c>Date</c> field of the <c>InRelease</c> file.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The SHA-256 of the <c>InRelease</c> file, with its signatures.</summary>
    public required Sha256Hash Sha256 { get; init; }

    /// <summary>A time at which snapshot.debian.org has every package of the lock: <c>20260712T101637Z</c>.</summary>
    public required string Snapshot { get; init; }
}

/// <summary>One pinned package.</summary>
public sealed record LockedPackage
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The version, as Debian writes it.</summary>
    public required string Version { get; init; }

    /// <summary>Debian's word for the processor, or <c>all</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The SHA-256 of the <c>.deb</c> file.</summary>
    public required Sha256Hash Sha256 { get; init; }

    /// <summary>The size of the <c>.deb</c> file in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Where the file is, under the base of a mirror: <c>pool/main/…</c>.</summary>
    public required RelativePath Path { get; init; }

    /// <summary>Names of packages in the same lock that this one needs, sorted (ordinal).</summary>
    public required ImmutableArray<string> Depends { get; init; }

    /// <summary>SHA-256 and size of the <c>.deb</c> file.</summary>
    [JsonIgnore]
    public Digest Digest => new(Sha256, Size);

    internal static LockedPackage Of(ArchivePackage package, IEnumerable<string> depends) => new()
    {
        Name = package.Name,
        Version = package.Version.Text,
        Architecture = package.Architecture,
        Sha256 = package.Digest.Hash,
        Size = package.Digest.Size,
        Path = package.Path,
        Depends = [.. depends],
    };
}
