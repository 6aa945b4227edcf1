using System.Collections.Immutable;
using System.Text;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Sandbox.Outputs;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Sandbox.Tests;

/// <summary>
/// A prepared root to run real sandboxes from. The variable names a directory that holds <c>store/</c>, a store, and
/// <c>programs-root</c>, the digest of a tree in it with <see cref="SandboxPrograms.Packages"/> and coreutils, their
/// dependencies, <c>/bin/sh</c> and the empty directories of every root (<c>./test</c> makes it).
/// </summary>
public sealed class SandboxFixture : IDisposable
{
    public const string Variable = "MONOGRES_TEST_STORE";

    private static readonly RelativePath Work = RelativePath.Parse("build");

    private LocalStore? _store;

    public LocalStore Store => _store ??= LocalStore.Open(Path.Combine(Place, "store"), TimeProvider.System);

    public Digest ProgramsRoot => Digest.Parse(File.ReadAllText(Path.Combine(Place, "programs-root")).Trim());

    public static string Place => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } place && File.Exists(Path.Combine(place, "programs-root"))
        ? place
        : throw new InvalidOperationException($"{Variable} must name a directory with a store and the digest of a root in it, `programs-root`; run the tests with ./test");

    public SandboxRunner Runner(RootMount mount = RootMount.Overlay, params Canary[] canaries) =>
        new(Store, new SandboxOptions { ProgramsRoot = ProgramsRoot, Canaries = [.. canaries], Mount = mount }, TimeProvider.System);

    /// <summary>A tree that holds the working directory and files in it.</summary>
    public async Task<Digest> SourceAsync(params (string Name, string Content)[] files)
    {
        var tree = new TreeBuilder();
        tree.AddDirectory(Work);
        foreach (var (name, content) in files)
            tree.AddFile(Work.Combine(RelativePath.Parse(name)), await Store.Blobs.PutAsync(Encoding.UTF8.GetBytes(content), default), executable: false);
        return await tree.WriteAsync(Store.Blobs, default);
    }

    /// <summary>A shell script over the prepared root and a source.</summary>
    public async Task<ActionRequest> RequestAsync(string script, TimeSpan? timeout = null, params (string Name, string Content)[] source)
    {
        ImmutableArray<Digest> layers = [ProgramsRoot, await SourceAsync(source)];
        return await RequestAsync(["/bin/sh", "-c", script], layers, timeout);
    }

    public async Task<ActionRequest> RequestAsync(ImmutableArray<string> arguments, ImmutableArray<Digest> layers, TimeSpan? timeout = null) => new()
    {
        Name = "test",
        Layers = layers,
        Action = new CanonicalAction
        {
            InputRoot = await TreeUnion.MergeAsync(Store.Blobs, [.. layers.Select(layer => new UnionLayer(layer, Overrides: true))], default),
            Arguments = arguments,
            Environment = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("PATH", "/usr/bin:/bin")]),
            WorkingDirectory = Work,
            Timeout = timeout ?? TimeSpan.FromMinutes(5),
        },
    };

    public string Text(Protocol.Digest digest) => Encoding.UTF8.GetString(Store.Blobs.ReadAllAsync(digest.ToDigest(), default).AsTask().GetAwaiter().GetResult());

    public void Dispose() => _store?.Dispose();
}

/// <summary>Remembers the lines that were told, and calls back on each.</summary>
internal sealed class Lines(Action<string>? told = null) : IProgress<string>
{
    public List<string> Told { get; } = [];

    public void Report(string value)
    {
        Told.Add(value);
        told?.Invoke(value);
    }
}
