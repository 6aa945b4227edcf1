using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Platforms.Lock;

/// <summary>Which packages a platform wants, and which alternatives it prefers.</summary>
public sealed record PackageSelection
{
    /// <summary>The packages that are requested by name.</summary>
    public required ImmutableArray<string> Wanted { get; init; }

    /// <summary>Packages that are not chosen, although others require them: package management, debconf, init scripts. What a library is linked with is chosen all the same: see <see cref="Omission"/>.</summary>
    public ImmutableArray<string> Omissions { get; init; } = [];

    /// <summary>The package to choose for a virtual package that several provide.</summary>
    public ImmutableSortedDictionary<string, string> Prefer { get; init; } = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);
}

/// <summary>
/// Chooses the packages that wanted ones need, closed under <c>Depends</c> and <c>Pre-Depends</c>. The result depends
/// only on the arguments: the wanted packages are all chosen first, then requirements are resolved breadth first, by name.
/// </summary>
/// <param name="place">What the packages were read from, for messages: <c>bookworm/main</c>.</param>
/// <param name="packages">What the archive offers.</param>
/// <param name="architecture">Debian's word for the processor: <c>amd64</c>.</param>
public sealed class LockResolver(string place, ArchivePackages packages, string architecture)
{
    private ArchivePackages Packages => packages;

    private string Place => place;

    private string Architecture => architecture;

    /// <summary>The chosen packages with their requirements resolved, sorted by name.</summary>
    /// <param name="platform">For messages.</param>
    /// <param name="selection">What is wanted.</param>
    /// <exception cref="UserErrorException">A package does not exist, or a requirement cannot be satisfied.</exception>
    public ImmutableArray<LockedPackage> Resolve(string platform, PackageSelection selection)
    {
        var run = new Run(this, selection);
        Choose(run, platform, selection);
        return run.Close();
    }

    /// <summary>
    /// The packages of a lock and those that are wanted besides, with what these need, sorted by name. What the lock has stays as
    /// it is, its requirements included, and is preferred where it satisfies one of a new package.
    /// </summary>
    /// <param name="to">The lock.</param>
    /// <param name="selection">What is wanted besides.</param>
    /// <exception cref="UserErrorException">The archive has other versions by now of what is locked; a package does not exist; or a requirement cannot be satisfied.</exception>
    public ImmutableArray<LockedPackage> Add(PackagesLock to, PackageSelection selection)
    {
        // A package that needs another one in an exact version could not be satisfied; and no moment of the archive has all of such a lock.
        var moved = to.Packages.Where(package => packages.Find(package.Name)?.Digest != package.Digest).ToArray();
        if (moved.Length > 0)
            throw LockErrors.MovedOn(to, moved, name => packages.Find(name)?.Version);

        var run = new Run(this, selection);
        foreach (var package in to.Packages)
            run.Keep(package);
        Choose(run, to.Platform, selection);
        return run.Close();
    }

    /// <summary>The package of that name, or null.</summary>
    public ArchivePackage? Find(string name) => packages.Find(name);

    private void Choose(Run run, string platform, PackageSelection selection)
    {
        foreach (var name in selection.Wanted.Order(StringComparer.Ordinal))
        {
            if (selection.Omissions.Contains(name, StringComparer.Ordinal))
                throw LockErrors.RequiredAndOmitted(platform, name);

            run.Choose(packages.Find(name) ?? throw LockErrors.NotInArchive(place, name, NearNames.Of(name, packages.Names)), askedBy: null);
        }
    }

    /// <summary>One resolution: what has been chosen, and for whom.</summary>
    private sealed class Run(LockResolver archive, PackageSelection selection)
    {
        private readonly HashSet<string> _leaveOut = [.. selection.Omissions];
        private readonly Dictionary<string, string?> _askedBy = new(StringComparer.Ordinal);
        private readonly Dictionary<string, SortedSet<string>> _edges = new(StringComparer.Ordinal);
        private List<ArchivePackage> _next = [];

        /// <summary>Takes a package as it is locked: chosen, with its requirements as they were resolved.</summary>
        public void Keep(LockedPackage package)
        {
            _askedBy.Add(package.Name, null);
            _edges.Add(package.Name, new SortedSet<string>(package.Depends, StringComparer.Ordinal));
        }

        public void Choose(ArchivePackage package, string? askedBy)
        {
            if (_askedBy.TryAdd(package.Name, askedBy))
                _next.Add(package);
        }

        public ImmutableArray<LockedPackage> Close()
        {
            while (_next.Count > 0)
            {
                var level = _next.OrderBy(package => package.Name, StringComparer.Ordinal).ToList();
                _next = [];
                foreach (var package in level)
                    ResolveDependencies(package);
            }

            return [.. _edges.Keys.Order(StringComparer.Ordinal).Select(name => LockedPackage.Of(archive.Packages.Find(name)!, _edges[name]))];
        }

        private void ResolveDependencies(ArchivePackage package)
        {
            var edges = _edges[package.Name] = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var dependency in package.Depends)
            {
                var (met, choice) = Meet(package.Name, dependency);
                if (!met)
                    throw LockErrors.Unsatisfiable(archive.Place, package.Name, dependency, Chain(package.Name));

                if (choice is null || Same(choice.Name, package.Name))
                    continue;

                Choose(choice, package.Name);
                edges.Add(choice.Name);
            }
        }

        /// <summary>Whether the requirement is satisfied, and by what; by null when the package that satisfies it is omitted.</summary>
        private (bool Met, ArchivePackage? Choice) Meet(string asker, Dependency dependency)
        {
            var offers = dependency.Alternatives.Where(IsForThisArchitecture).SelectMany(alternative => Offers(asker, alternative)).ToList();
            if (offers.Count == 0)
                return (dependency.Alternatives.Any(alternative => IsOmitted(alternative.Name, asker)), null);

            return (true, offers.Find(offer => offer is not null && _askedBy.ContainsKey(offer.Name)) ?? offers[0]);
        }

        /// <summary>The packages that satisfy the alternative, best first; null stands for a package that is omitted.</summary>
        private List<ArchivePackage?> Offers(string asker, DependencyAlternative alternative)
        {
            if (IsOmitted(alternative.Name, asker))
                return [null];

            var real = archive.Packages.Find(alternative.Name);
            if (real is not null && alternative.Accepts(real.Version))
                return [real, .. Provided(asker, alternative)];

            return Provided(asker, alternative);
        }

        private List<ArchivePackage?> Provided(string asker, DependencyAlternative alternative)
        {
            // Policy 7.5: only a versioned Provides satisfies a condition on the version.
            var providers = archive.Packages.ProvidersOf(alternative.Name)
                .Where(provider => alternative.Relation is null || (provider.Version is { } version && alternative.Accepts(version)))
                .Select(provider => provider.Package).ToList();
            if (selection.Prefer.TryGetValue(alternative.Name, out var preferred))
            {
                var package = providers.Find(provider => Same(provider.Name, preferred)) ?? throw LockErrors.PreferredIsNoProvider(alternative.Name, preferred);
                return [package];
            }

            var offers = providers.ConvertAll<ArchivePackage?>(provider => IsOmitted(provider.Name, asker) ? null : provider);
            return offers.Contains(null) ? [.. offers.Where(offer => offer is not null && _askedBy.ContainsKey(offer.Name)), null] : offers;
        }

        private bool IsOmitted(string name, string asker) => _leaveOut.Contains(name) && Omission.Holds(name, asker);

        private bool IsForThisArchitecture(DependencyAlternative alternative) =>
            alternative.Qualifier is null or "any" || Same(alternative.Qualifier, archive.Architecture);

        private List<string> Chain(string name)
        {
            var chain = new List<string>();
            for (var asker = _askedBy[name]; asker is not null; asker = _askedBy[asker])
                chain.Add(asker);
            return chain;
        }
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
