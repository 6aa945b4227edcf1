using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Rpm;

/// <summary>
/// From a portable payload to what rpmbuild reads: the files where they are installed, and the spec. The inputs are the payload, the source,
/// the debug information where the request has it, and for an extension the payloads of its server and of the extensions that it
/// requires. The payload is moved as a whole: a server finds its files relative to its programs.
/// </summary>
/// <param name="request">What the packages say.</param>
public sealed partial class RpmTree(RpmRequest request) : TreeFunction
{
    private static readonly RelativePath Licences = RelativePath.Parse("usr/share/licenses"), Symbols = RelativePath.Parse("usr/lib/debug");
    private static readonly RelativePath Bitcode = InstallationLayout.Libraries.Child("bitcode");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => request.Describe(key.Add("rpm tree 3"));

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (payload, source) = (inputs[0].Tree, inputs[1].Tree);
        var parts = request.Extension is { } extension ? RpmExtensionParts.Of(request, extension) : RpmServerParts.Of(request);
        var tree = new TreeBuilder();
        var contents = await SplitAsync(store, tree, parts, payload, cancel);
        await AddNeedsAsync(store.Blobs, contents, [payload, .. inputs.Skip(2).Select(input => input.Tree)], cancel);

        var isForAnyMachine = !contents.Any(content => content.HasCode);
        foreach (var content in contents)
            await AddAdditionsAsync(store.Blobs, tree, content, cancel);
        await AddLicencesAsync(store.Blobs, tree, contents, source, cancel);
        if (request.HasSymbols && !isForAnyMachine && await SymbolsAsync(store.Blobs, tree, inputs[2].Tree, cancel) is { IsEmpty: false } symbols)
            contents = contents.Add(symbols);

        var spec = RpmSpec.Of(request, contents, payload, isForAnyMachine);
        tree.AddFile(RpmBuild.Spec, await store.Blobs.PutAsync(Encoding.UTF8.GetBytes(spec), cancel), executable: false);
        return await tree.WriteAsync(store.Blobs, cancel);
    }

    /// <summary>The packages that have files.</summary>
    private async Task<ImmutableArray<RpmContent>> SplitAsync(TreeStore store, TreeBuilder tree, ImmutableArray<RpmPart> parts, Digest payload, CancellationToken cancel)
    {
        var contents = new Dictionary<string, RpmContent>(StringComparer.Ordinal);
        foreach (var part in parts)
            contents.TryAdd(part.Name, new RpmContent(part));
        var takers = parts.Select(part => (Files: GlobSet.Parse(part.Files), Content: contents[part.Name])).ToArray();
        var installation = await TreeWalk.FindDirectoryAsync(store.Blobs, payload, request.Prefix, cancel) ?? throw new InvalidOperationException($"the payload has no directory `/{request.Prefix}`");
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, installation, cancel))
        {
            if (entry is TreeEntry.Directory)
                continue;

            var content = takers.First(taker => taker.Files.IsMatch(entry.Path.Value)).Content;
            var place = request.Names.Prefix.Combine(entry.Path);
            if (entry is TreeEntry.Symlink link)
            {
                // Relative to where it is, and everything moves together.
                tree.AddSymlink(RpmBuild.Installed.Combine(place), link.Target);
                content.AddLink(place, request.Names.Prefix);
                continue;
            }

            var file = (TreeEntry.File)entry;
            tree.AddFile(RpmBuild.Installed.Combine(place), file.Content, file.Executable);
            content.Add(place, file.Executable, MarkOf(file.Path), request.Names.Prefix);
            if (await FileNeeds.OfAsync(store, file, cancel) is { } needs)
                content.Binaries.Add(needs);
            // Static libraries and object code are archives; what is ELF is for one kind of machine.
            content.HasCode |= content.Binaries.Count > 0 || file.Path.Name.EndsWith(".a", StringComparison.Ordinal) || file.Path.IsWithin(Bitcode);
        }

        return [.. contents.Values.Where(content => !content.IsEmpty)];
    }

    /// <summary>
    /// What the files of packages need, in rpm's words: <c>libc.so.6(GLIBC_2.34)(64bit)</c>. A library that a payload has is for
    /// these packages alone: none provides it, and who needs it depends on the package.
    /// </summary>
    private async Task AddNeedsAsync(IBlobStore blobs, ImmutableArray<RpmContent> contents, ImmutableArray<Digest> payloads, CancellationToken cancel)
    {
        var carried = await CarriedAsync(blobs, payloads, cancel);
        var owners = new Dictionary<string, RpmContent>(StringComparer.Ordinal);
        foreach (var content in contents)
        {
            foreach (var path in content.Files.Keys)
                owners.TryAdd(path.Name, content);
        }

        // What a server carries, an extension finds there; its name is that of its content, and nothing else has it.
        bool IsOurs(string library) => carried.Contains(library) || CarriedName().IsMatch(library);

        foreach (var content in contents)
        {
            foreach (var needs in content.Binaries)
            {
                foreach (var library in needs.Libraries)
                {
                    if (!IsOurs(library))
                        content.Needs.Add($"{library}()(64bit)");
                    else if (owners.TryGetValue(library, out var owner) && owner != content)
                        content.Needs.Add($"{owner.Part.Name}({request.Platform.Isa}) = {request.Version}");
                }

                foreach (var version in needs.Versions)
                {
                    if (!IsOurs(version.Library))
                        content.Needs.Add($"{version.Library}({version.Version})(64bit)");
                }
            }
        }
    }

    /// <summary>The names of the libraries that payloads have.</summary>
    private async Task<HashSet<string>> CarriedAsync(IBlobStore blobs, ImmutableArray<Digest> payloads, CancellationToken cancel)
    {
        var carried = new HashSet<string>(StringComparer.Ordinal);
        foreach (var payload in payloads)
        {
            if (await TreeWalk.FindDirectoryAsync(blobs, payload, request.Prefix.Combine(InstallationLayout.Libraries), cancel) is not { } directory)
                continue;

            await foreach (var entry in TreeWalk.EntriesAsync(blobs, directory, cancel))
            {
                if (entry is not TreeEntry.Directory && DebLayout.IsLibrary(entry.Path))
                    carried.Add(entry.Path.Name);
            }
        }

        return carried;
    }

    private async Task AddAdditionsAsync(IBlobStore blobs, TreeBuilder tree, RpmContent content, CancellationToken cancel)
    {
        foreach (var (path, kind, text) in content.Part.Additions)
        {
            switch (kind)
            {
                case RpmFileKind.DataDirectory:
                    tree.AddDirectory(RpmBuild.Installed.Combine(path));
                    content.AddDataDirectory(path);
                    break;
                case RpmFileKind.Link:
                    tree.AddSymlink(RpmBuild.Installed.Combine(path), text);
                    content.AddLink(path, request.Names.Prefix);
                    break;
                default:
                    tree.AddFile(RpmBuild.Installed.Combine(path), await blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancel), kind == RpmFileKind.Program);
                    content.Add(path, kind == RpmFileKind.Program, mark: "", request.Names.Prefix);
                    break;
            }
        }
    }

    /// <summary>The licences in the words of the source, for every package by itself.</summary>
    private static async Task AddLicencesAsync(IBlobStore blobs, TreeBuilder tree, ImmutableArray<RpmContent> contents, Digest source, CancellationToken cancel)
    {
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, source, cancel))
        {
            if (entry is not TreeEntry.File file || !LicenceFiles.Contains(file.Path))
                continue;

            foreach (var content in contents)
            {
                var own = Licences.Child(content.Part.Name);
                tree.AddFile(RpmBuild.Installed.Combine(own.Combine(file.Path)), file.Content, executable: false);
                content.Add(own.Combine(file.Path), executable: false, "%license", own);
            }
        }
    }

    /// <summary>The debug information as a package beside the others.</summary>
    private async Task<RpmContent> SymbolsAsync(IBlobStore blobs, TreeBuilder tree, Digest symbols, CancellationToken cancel)
    {
        var content = new RpmContent(new RpmPart
        {
            Name = $"{request.Base}-debuginfo",
            Files = [],
            Summary = $"Debug information of {request.Title}",
            Description = [$"What debuggers need to show the source of {request.Title}, found by the build-ids of its programs and libraries."],
            IsSymbols = true,
        });
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, symbols, cancel))
        {
            if (entry is not TreeEntry.File file)
                continue;

            var place = Symbols.Combine(file.Path);
            tree.AddFile(RpmBuild.Installed.Combine(place), file.Content, executable: false);
            content.Add(place, executable: false, mark: "", place.Parent);
        }

        return content;
    }

    private static string MarkOf(RelativePath path)
    {
        if (path.IsWithin(InstallationLayout.Documentation) || path.IsWithin(InstallationLayout.Share.Child("man")))
            return "%doc";
        return Language().Match(path.Value) is { Success: true } match ? $"%lang({match.Groups["language"].Value})" : "";
    }

    /// <summary>The name of a library that a portable payload carries.</summary>
    [GeneratedRegex(@"-[0-9a-f]{8}\.so(\.|$)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CarriedName();

    [GeneratedRegex("^share/locale/(?<language>[A-Za-z_@]+)/LC_MESSAGES/", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Language();
}
