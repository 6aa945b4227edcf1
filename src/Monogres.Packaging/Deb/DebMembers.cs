using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Tar;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Deb;

/// <summary>
/// From a payload to the members of its packages, not yet compressed: for each package a directory that is called as its file
/// will be, with <c>control.tar</c> and <c>data.tar</c>. The inputs are the payload, the source, the facts of
/// <see cref="LibraryPackages"/>, the debug information where the request has it, and for an extension the payloads of its
/// server and of the extensions that it requires.
/// </summary>
/// <param name="request">What the packages say.</param>
public sealed partial class DebMembers(DebRequest request) : TreeFunction
{
    private const int FirstOther = 3;

    private static readonly RelativePath CompilerOfExpressions = InstallationLayout.Libraries.Child("llvmjit.so"), Bitcode = InstallationLayout.Libraries.Child("bitcode");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => request.Describe(key.Add("deb members 5"));

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (payload, source) = (inputs[0].Tree, inputs[1].Tree);
        Digest? symbols = request.HasSymbols ? inputs[FirstOther].Tree : null;
        ImmutableArray<Digest> others = [.. inputs.Skip(FirstOther + (request.HasSymbols ? 1 : 0)).Select(input => input.Tree)];
        var parts = request.Extension is { } extension ? ExtensionParts.Of(request, extension) : ServerParts.Of(request);
        // The last part has what no other has, and the name that all packages of the build have in common.
        var main = parts[^1].Name;
        var contents = await SplitAsync(store, parts, payload, cancel);
        var libraries = await LibraryPackages.ReadAsync(store.Blobs, inputs[2].Tree, cancel);
        var beside = await BesideAsync(store.Blobs, contents, others, cancel);
        var llvm = await LlvmAsync(store, request.Extension is null ? payload : others[0], cancel);
        var copyright = await DebTexts.CopyrightAsync(request, store.Blobs, source, cancel);
        var changelog = DebTexts.Changelog(request, main, payload);

        var tree = new TreeBuilder();
        foreach (var content in contents)
        {
            var dependencies = new FileDependencies(libraries, beside, content.Libraries);
            foreach (var (file, needs) in content.Needs)
                dependencies.Add(file, needs);
            await WriteAsync(content with { Part = Completed(content, llvm) }, dependencies.Relations, content.IsForAnyMachine ? "all" : request.Platform.Architecture);
        }

        if (symbols is { } debug && await SymbolsAsync(store.Blobs, parts[^1], contents[^1].IsForAnyMachine, debug, cancel) is { } separate)
            await WriteAsync(separate, [], request.Platform.Architecture);
        return await tree.WriteAsync(store.Blobs, cancel);

        async Task WriteAsync(PartContent content, ImmutableArray<string> needed, string architecture)
        {
            var package = content.Part.Name;
            var documentation = DebLayout.DocumentationOf(package);
            if (content.Part.IsSymbols)
            {
                content.Tree.AddSymlink(documentation, main);
            }
            else
            {
                await AddTextAsync(content.Tree, documentation.Child("copyright"), Encoding.UTF8.GetBytes(copyright));
                await AddTextAsync(content.Tree, documentation.Child("changelog.Debian.gz"), StoredGzip.Of(Encoding.UTF8.GetBytes(changelog)));
                if (DebTexts.Overrides(package, [.. content.Needs.Select(file => file.Needs)], content.Part.Scripts.Any(script => script.Name is MaintainerScripts.Questions), copyright) is { } overrides)
                    await AddTextAsync(content.Tree, RelativePath.Parse($"usr/share/lintian/overrides/{package}"), Encoding.UTF8.GetBytes(overrides));
            }

            var data = new DataMember(store.Blobs, await content.Tree.WriteAsync(store.Blobs, cancel), request.SourceDate);
            var file = RelativePath.Parse($"{package}_{request.PackageVersion}_{architecture}.deb");
            tree.AddFile(file.Child(DebArchive.Data), await store.Blobs.PutWrittenAsync(data.WriteAsync, cancel), executable: false);
            var control = ControlOf(content.Part, needed, architecture, main, data.InstalledSize, payload);
            tree.AddFile(file.Child(DebArchive.Control), await store.Blobs.PutWrittenAsync((output, stop) => WriteControlAsync(output, content.Part, control, data.Sums, stop), cancel), executable: false);
        }

        async Task AddTextAsync(TreeBuilder to, RelativePath path, byte[] text) => to.AddFile(path, await store.Blobs.PutAsync(text, cancel), executable: false);
    }

    /// <summary>The parts that have files, in their order.</summary>
    private async Task<ImmutableArray<PartContent>> SplitAsync(TreeStore store, ImmutableArray<DebPart> parts, Digest payload, CancellationToken cancel)
    {
        var layout = new DebLayout(request.Prefix, request.Names.Major, request.Extension?.Name);
        var contents = parts.Select(part => (Files: GlobSet.Parse(part.Files), Content: new PartContent(part))).ToArray();
        var entries = new List<(TreeEntry Entry, PartContent Content)>();
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, await InstallationAsync(store.Blobs, payload, cancel), cancel))
        {
            if (entry is not TreeEntry.Directory)
                entries.Add((entry, contents.First(part => part.Files.IsMatch(entry.Path.Value)).Content));
        }

        var owners = entries.ToDictionary(one => one.Entry.Path, one => one.Content.Part.Name);
        foreach (var (entry, content) in entries)
        {
            var place = layout.PlaceOf(entry.Path, content.Part.Name);
            content.IsEmpty = false;
            if (entry.Path.Parent == InstallationLayout.Libraries)
                content.Libraries.Add(entry.Path.Name);
            if (entry is TreeEntry.Symlink link)
            {
                content.Tree.AddSymlink(place, TargetOf(layout, owners, link, place));
                continue;
            }

            var file = (TreeEntry.File)entry;
            content.Tree.AddFile(place, file.Content, file.Executable && !DebLayout.IsLibrary(file.Path));
            if (file.Path.IsWithin(Bitcode))
                content.HasBitcode = true;
            // Static libraries and object code are archives; what is ELF is for one kind of machine.
            if (await FileNeeds.OfAsync(store, file, cancel) is { } needs)
                content.Needs.Add((file.Path, needs));
            else if (file.Path.Name.EndsWith(".a", StringComparison.Ordinal) || file.Path.IsWithin(Bitcode))
                content.HasCode = true;
        }

        foreach (var (_, content) in contents)
        {
            if (!content.IsEmpty)
            {
                foreach (var (path, target) in content.Part.Links)
                    content.Tree.AddSymlink(path, path.Parent.LinkTo(target));
            }
        }

        return [.. contents.Select(part => part.Content).Where(content => !content.IsEmpty)];
    }

    private async ValueTask<Digest> InstallationAsync(IBlobStore blobs, Digest payload, CancellationToken cancel) =>
        await TreeWalk.FindDirectoryAsync(blobs, payload, request.Prefix, cancel) ?? throw new InvalidOperationException($"the payload has no directory `/{request.Prefix}`");

    /// <summary>The target of a link whose ends may have moved.</summary>
    private string TargetOf(DebLayout layout, Dictionary<RelativePath, string> owners, TreeEntry.Symlink link, RelativePath place)
    {
        if (!RelativePath.TryResolve(request.Prefix.Combine(link.Path.Parent), link.Target, out var target) || !target.IsWithin(request.Prefix) || target == request.Prefix)
            return link.Target;

        var inside = RelativePath.Parse(target.Value[(request.Prefix.Value.Length + 1)..]);
        return place.Parent.LinkTo(layout.PlaceOf(inside, owners.GetValueOrDefault(inside) ?? owners[link.Path]));
    }

    /// <summary>The libraries that other packages have, and what a package says that needs one of them.</summary>
    private async Task<Dictionary<string, string?>> BesideAsync(IBlobStore blobs, ImmutableArray<PartContent> contents, ImmutableArray<Digest> others, CancellationToken cancel)
    {
        var beside = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var content in contents)
        {
            foreach (var library in content.Libraries)
                beside[library] = $"{content.Part.Name} (= {request.PackageVersion})";
        }

        foreach (var payload in others)
        {
            if (await TreeWalk.FindDirectoryAsync(blobs, payload, request.Prefix.Combine(InstallationLayout.Libraries), cancel) is not { } directory)
                continue;

            // An extension depends on its server and on what it requires already.
            await foreach (var entry in TreeWalk.EntriesAsync(blobs, directory, cancel))
            {
                if (entry.Path.Parent.IsRoot && entry is not TreeEntry.Directory)
                    beside.TryAdd(entry.Path.Name, null);
            }
        }

        return beside;
    }

    /// <summary>The major of the LLVM that a server compiles expressions with; null when it does not.</summary>
    private async Task<string?> LlvmAsync(TreeStore store, Digest server, CancellationToken cancel)
    {
        var path = request.Prefix.Combine(CompilerOfExpressions);
        if (await new TreeFiles(store.Blobs).FindFileAsync(server, path, cancel) is not { } content || await FileNeeds.OfAsync(store, new TreeEntry.File(path, content, Executable: false), cancel) is not { } needs)
            return null;

        return needs.Libraries.Select(library => LlvmLibrary().Match(library)).FirstOrDefault(match => match.Success)?.Groups["major"].Value;
    }

    /// <summary>A part with what depends on its files: a server says which LLVM it has, and bitcode needs one that is not older than that which wrote it.</summary>
    private DebPart Completed(PartContent content, string? llvm)
    {
        var part = content.Part;
        if (llvm is null)
            return part;
        if (request.Extension is not null)
            return content.HasBitcode ? part with { Breaks = [$"{request.Names.JitLlvm} (<< {llvm})"] } : part;
        return content.Libraries.Contains(CompilerOfExpressions.Name) ? part with { Provides = [.. part.Provides, $"{request.Names.JitLlvm} (= {llvm})"] } : part;
    }

    /// <summary>The debug information as a package beside the main one; null when there is none.</summary>
    private async Task<PartContent?> SymbolsAsync(IBlobStore blobs, DebPart main, bool isForAnyMachine, Digest symbols, CancellationToken cancel)
    {
        var content = new PartContent(new DebPart
        {
            Name = DebNames.Symbols(main.Name),
            Files = [],
            Section = "debug",
            Synopsis = $"debug symbols for {main.Name}",
            Description = [$"What debuggers need to show the source of {request.Title} {request.Version}, found by the build-ids of its programs and libraries."],
            Depends = [$"{main.Name} (= {request.PackageVersion})"],
            IsSymbols = true,
        });
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, symbols, cancel))
        {
            if (entry is TreeEntry.File file)
            {
                content.IsEmpty = false;
                content.Tree.AddFile(DebLayout.Symbols.Combine(file.Path), file.Content, executable: false);
            }
        }

        return content.IsEmpty || isForAnyMachine ? null : content;
    }

    private string ControlOf(DebPart part, ImmutableArray<string> needed, string architecture, string source, long installedSize, Digest payload) => new ControlFile
    {
        Package = part.Name,
        Source = source,
        Version = request.PackageVersion,
        Architecture = architecture,
        Maintainer = request.Maintainer,
        InstalledSize = installedSize,
        Relations =
        [
            ("Depends", [.. part.Depends.Concat(needed).Distinct(StringComparer.Ordinal)]),
            ("Recommends", part.Recommends),
            ("Conflicts", part.Conflicts),
            ("Breaks", [.. part.Breaks, .. part.Supersedes]),
            ("Replaces", [.. part.Conflicts, .. part.Supersedes]),
            ("Provides", part.Provides),
        ],
        Section = part.Section,
        MultiArch = part.MultiArch,
        Homepage = request.Homepage,
        Synopsis = part.Synopsis,
        Description = part.Description,
        Further =
        [
            .. part.IsSymbols ? [("Auto-Built-Package", "debug-symbols")] : ((string, string)[])[],
            .. (request.Identity with { Payload = payload }).Facts().Select(fact => (ControlFile.FieldOf(fact.Name), fact.Value)),
            ("Monogres-Project", request.Project), .. request.License is { } license ? [("Monogres-License", license)] : ((string, string)[])[],
        ],
    }.ToText();

    private async Task WriteControlAsync(Stream output, DebPart part, string control, string sums, CancellationToken cancel)
    {
        var tar = new CanonicalTarWriter(output, request.SourceDate);
        foreach (var (name, text, executable) in part.Scripts.Append(("control", control, false)).Append(("md5sums", sums, false)).OrderBy(file => file.Item1, StringComparer.Ordinal))
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
            await tar.WriteFileAsync(RelativePath.Parse(name), executable, content.Length, content, cancel);
        }

        await tar.CompleteAsync(cancel);
    }

    [GeneratedRegex(@"^libLLVM[-.](so\.)?(?<major>\d+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LlvmLibrary();

    /// <summary>A part while its files are collected.</summary>
    private sealed record PartContent(DebPart Part)
    {
        public TreeBuilder Tree { get; } = new();

        /// <summary>The names of its libraries, as the loader is asked for them.</summary>
        public HashSet<string> Libraries { get; } = new(StringComparer.Ordinal);

        public List<(RelativePath File, FileNeeds Needs)> Needs { get; } = [];

        public bool IsEmpty { get; set; } = true;

        public bool HasBitcode { get; set; }

        public bool HasCode { get; set; }

        public bool IsForAnyMachine => Needs.Count == 0 && !HasCode;
    }
}
