using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Deb;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Portable;

/// <summary>
/// What is to be done to make a payload portable, as a tree: <see cref="Files"/> that are to be rewritten, <see cref="Commands"/>
/// that do it, what is <see cref="Added"/> unchanged, and <see cref="PortablePlanFacts"/>. The inputs are the payload, its packages,
/// the facts of <see cref="LibraryPackages"/>, and for an extension the payloads of its server and of the extensions that it requires.
/// </summary>
/// <param name="prefix">Where it is installed.</param>
/// <param name="server">The version of PostgreSQL, by whose rules control files are read.</param>
/// <param name="isServer">Whether it is a server, which does without the extensions that cannot be carried; otherwise they are an error.</param>
internal sealed class PortablePlan(RelativePath prefix, PgVersion server, bool isServer) : TreeFunction
{
    private const int FirstBeside = 3;

    /// <summary>The name of the file with the commands.</summary>
    public const string CommandsName = "commands.sh";

    /// <summary>What is rewritten, each at its place relative to the prefix.</summary>
    public static RelativePath Files { get; } = RelativePath.Parse("files");

    /// <summary>The commands.</summary>
    public static RelativePath Commands { get; } = RelativePath.Parse("commands");

    /// <summary>What is added as it is, relative to the prefix.</summary>
    public static RelativePath Added { get; } = RelativePath.Parse("added");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("portable plan 2").Add(prefix.Value).Add(server.ToString()).Add(isServer ? 1 : 0);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var payload = await InstalledBinaries.ReadAsync(store, inputs[0].Tree, prefix, cancel);
        var platform = new PlatformLibraries(store, inputs[1].Tree, await LibraryPackages.ReadAsync(store.Blobs, inputs[2].Tree, cancel));
        var omitted = InterpreterModules.Among(payload.Binaries, isServer ? await payload.ControlsAsync(store.Blobs, server, cancel) : [], payload.Entries.Select(entry => entry.Path));
        if (!isServer && payload.Binaries.FirstOrDefault(binary => omitted.Files.Contains(binary.Path)) is { } module)
            throw PortableErrors.NeedsInterpreter(module.Path, module.Needed.First(InterpreterModules.IsInterpreter));

        var besides = await BesideAsync(inputs, store, cancel);
        HashSet<string> own = new([.. payload.Libraries, .. besides.SelectMany(beside => beside.Libraries)], StringComparer.Ordinal);
        var elsewhere = new HashSet<string>(StringComparer.Ordinal);
        foreach (var beside in besides)
            elsewhere.UnionWith((await PlanAsync(beside.Binaries.Where(binary => !binary.Needed.Any(InterpreterModules.IsInterpreter)))).Carried.Select(library => library.Name));

        var plan = await PlanAsync(payload.Binaries.Where(binary => !omitted.Files.Contains(binary.Path)));
        ImmutableArray<CarriedLibrary> carried = [.. plan.Carried.Where(library => !elsewhere.Contains(library.Name))];
        var files = payload.Entries.OfType<TreeEntry.File>().ToDictionary(file => file.Path);
        var carriedAt = carried.ToDictionary(library => library.Path, library => library.Library.Content);

        var tree = new TreeBuilder();
        var commands = new StringBuilder();
        foreach (var rewriting in plan.Rewritings)
        {
            if (files.TryGetValue(rewriting.Path, out var file))
                tree.AddFile(Files.Combine(file.Path), file.Content, file.Executable);
            else if (carriedAt.TryGetValue(rewriting.Path, out var content))
                tree.AddFile(Files.Combine(rewriting.Path), content, executable: false);
            else
                continue;
            commands.AppendJoin('\n', rewriting.ToCommands()).Append('\n');
        }

        tree.AddFile(Commands.Child(CommandsName), await store.Blobs.PutAsync(Encoding.UTF8.GetBytes(commands.ToString()), cancel), executable: false);
        foreach (var package in carried.Select(library => library.Library.Package).Distinct(StringComparer.Ordinal))
            tree.AddFile(Added.Combine(PortableLayout.Texts.Child(package).Child("copyright")), await platform.TextAsync(package, cancel), executable: false);
        foreach (var (path, directory) in await platform.DataAsync(carried, cancel))
            tree.AddTree(Added.Combine(path), directory);
        var facts = new PortablePlanFacts(
            [.. carried.Select(library => new ListedLibrary(library.Path.Value, library.Library.Soname, library.Library.Package, library.Library.PackageVersion, library.Library.Content.Hash.ToString()))],
            [.. elsewhere.Order(StringComparer.Ordinal)], omitted.Extensions, [.. omitted.Files.Select(file => file.Value).Order(StringComparer.Ordinal)]);
        tree.AddFile(PortablePlanFacts.Path, await store.Blobs.PutAsync(facts.ToBytes(), cancel), executable: false);
        return await tree.WriteAsync(store.Blobs, cancel);

        async Task<RewritingPlan> PlanAsync(IEnumerable<LinkedBinary> binaries)
        {
            LinkedBinary[] all = [.. binaries];
            return RewritingPlan.Of(all, own, await platform.NeededAsync(all, own, cancel));
        }
    }

    private async Task<InstalledBinaries[]> BesideAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        List<InstalledBinaries> all = [];
        foreach (var input in inputs.Skip(FirstBeside))
            all.Add(await InstalledBinaries.ReadAsync(store, input.Tree, prefix, cancel));
        return [.. all];
    }
}
