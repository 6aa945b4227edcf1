using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Index.Extensions;
using Monogres.Sources.Git;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Trees;

namespace Monogres.Sources.Drafts;

/// <summary>The archive of a submodule, which becomes a part of the source.</summary>
/// <param name="To">The directory that it becomes.</param>
/// <param name="Place">Where everyone can download it.</param>
/// <param name="File">What it is.</param>
public sealed record DraftPart(RelativePath To, Uri Place, Digest File);

/// <summary>Obtains the submodules that a source is built with, nested ones too: each at the commit that the tree of its parent names.</summary>
/// <param name="blobs">Where their archives go.</param>
/// <param name="downloader">Downloads them.</param>
/// <param name="archives">Where archives of commits are.</param>
/// <param name="submodules">Asks for the commits.</param>
/// <param name="observer">Told of downloads.</param>
internal sealed partial class DraftParts(IIngestingBlobStore blobs, Downloader downloader, GitArchives archives, GitSubmodules submodules, IEngineObserver observer)
{
    // Submodules of submodules of submodules; more is a circle.
    private const int Deepest = 4;

    /// <summary>The parts of a source, outer ones first, and the source with them.</summary>
    /// <param name="tree">The source.</param>
    /// <param name="repository">Its repository.</param>
    /// <param name="commit">Its commit.</param>
    /// <param name="wanted">The paths of the submodules that its build names.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A server or a host does not have what it should.</exception>
    public async Task<(ImmutableArray<DraftPart> Parts, Digest Tree)> ObtainAsync(Digest tree, Uri repository, string commit, IEnumerable<string> wanted, CancellationToken cancel)
    {
        var parts = ImmutableArray.CreateBuilder<DraftPart>();
        List<UnionLayer> layers = [new(tree, Overrides: false)];
        var names = wanted.ToHashSet(StringComparer.Ordinal);
        await AddAsync(tree, RelativePath.Root, repository, commit, names.Contains, depth: 0);
        return (parts.ToImmutable(), await TreeUnion.MergeAsync(blobs, layers, cancel));

        async Task AddAsync(Digest within, RelativePath at, Uri parent, string of, Func<string, bool> isWanted, int depth)
        {
            var files = await SourceFiles.OpenAsync(blobs, within, cancel);
            var modules = Modules(files.Text(".gitmodules") ?? "").Where(module => isWanted(module.Path)).ToArray();
            if (modules.Length == 0 || depth == Deepest)
                return;

            var commits = await submodules.FindAsync(parent, of, cancel);
            foreach (var module in modules.Where(module => commits.ContainsKey(module.Path) && RelativePath.TryParse(module.Path, out _)))
            {
                var (address, pin) = (Resolve(parent, module.Address), commits[module.Path]);
                var source = new LocalSource.Commit(module.Address, new Uri(WithoutGit(address.AbsoluteUri)), pin);
                var place = archives.AddressOf(source);
                var file = await downloader.DownloadOnFirstUseAsync($"{source.FallbackName}-{pin[..12]}.tar.gz", place, new DownloadReport(observer), cancel);
                var read = await SourceArchive.ReadAsync(blobs, () => blobs.OpenAsync(file, cancel), place.AbsoluteUri, cancel);
                var to = at.Combine(RelativePath.Parse(module.Path));
                parts.Add(new DraftPart(to, place, file));
                var laid = new TreeBuilder();
                laid.AddTree(to, read.Tree);
                layers.Add(new UnionLayer(await laid.WriteAsync(blobs, cancel), Overrides: true));
                await AddAsync(read.Tree, to, address, pin, _ => true, depth + 1);
            }
        }
    }

    /// <summary>What a <c>.gitmodules</c> says (gitmodules(5)): paths and where their repositories are.</summary>
    internal static IEnumerable<(string Path, string Address)> Modules(string text)
    {
        string? path = null, address = null;
        foreach (var line in text.Split('\n').Append("[end]"))
        {
            if (line.TrimStart().StartsWith('['))
            {
                if (path is not null && address is not null)
                    yield return (path, address);
                (path, address) = (null, null);
            }
            else if (Setting().Match(line) is { Success: true } setting)
            {
                (path, address) = setting.Groups["name"].Value is "path" ? (setting.Groups["value"].Value.Trim(), address) : (path, setting.Groups["value"].Value.Trim());
            }
        }
    }

    // `../other.git` is beside the repository; `git@host:owner/name` is the same as https to those hosts.
    internal static Uri Resolve(Uri repository, string address)
    {
        if (address.StartsWith("./", StringComparison.Ordinal) || address.StartsWith("../", StringComparison.Ordinal))
            return new Uri(new Uri(WithoutGit(repository.AbsoluteUri) + "/"), address);

        var web = Secure().Replace(address, "https://${host}/${path}");
        return Uri.TryCreate(web, UriKind.Absolute, out var found) && found.Scheme is "https" or "http" or "git" ? new UriBuilder(found) { Scheme = found.Scheme is "git" ? "https" : found.Scheme, Port = found.IsDefaultPort || found.Scheme is "git" ? -1 : found.Port }.Uri : throw DraftErrors.NoSubmodule(address);
    }

    private static string WithoutGit(string address) => address.TrimEnd('/') is var bare && bare.EndsWith(".git", StringComparison.Ordinal) ? bare[..^".git".Length] : address.TrimEnd('/');

    [GeneratedRegex(@"^\s*(?<name>path|url)\s*=\s*(?<value>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();

    [GeneratedRegex(@"^(ssh://)?git@(?<host>[^:/]+)[:/](?<path>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secure();
}
