using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Remote.Blobs;
using Monogres.Remote.Caching;
using Monogres.Remote.Connection;
using Monogres.Remote.Running;
using Monogres.Remote.Trees;
using Monogres.Store;
using Monogres.Store.Local;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Bench;

/// <summary>
/// What a remote engine costs beyond its own work, against one that runs on this machine: <c>--engine grpc://127.0.0.1:8980</c>, and
/// <c>--property NAME=VALUE,…</c> as its workers want them. The actions do next to nothing, over the root of the sandbox's programs.
/// </summary>
internal static class RemoteEngines
{
    private const int Actions = 30, Results = 30, Files = 20_000, InFlight = 64;

    /// <summary>The measurement that runs in a process of its own.</summary>
    public const string Inner = "remote-memory-inner";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        using var there = await Setup.OpenAsync(bench, scratch.Child("store"), cancel);
        List<double> whole = [], own = [];
        for (var i = 0; i < Actions; i++)
        {
            var clock = new Clock();
            var outcome = await there.Runner.RunAsync(await there.RequestAsync($"overhead {i} {Stopwatch.GetTimestamp()}", cancel), clock, cancel);
            var (all, atEngine) = clock.End();
            ResultOf(outcome);
            // The first sends the root, too.
            if (i == 0)
                continue;
            whole.Add(all);
            own.Add(all - atEngine);
        }

        var fetched = await FetchResultsAsync(there, scratch, cancel);
        var (bytes, seconds) = await UploadAsync(there, cancel);
        var memory = await Child.RunAsync(["dotnet", Environment.GetCommandLineArgs()[0], "--repository", bench.Repository, "--store", bench.Store, "--engine", bench.Engine!, "--property", bench.Properties ?? "", Inner], watch: true, cancel);
        return
        [
            new Row("an action at an engine on this machine, beyond what the engine takes from call to answer", "20 ms", Figures.Milliseconds(own), $"{Figures.Share(Figures.Median(own), Figures.Median(whole))} of the whole"),
            new Row("a result of the shared cache, from asking until all of it is here", "50 ms", Figures.Milliseconds(fetched)),
            new Row(string.Create(CultureInfo.InvariantCulture, $"a root of {Files:N0} files sent to an engine that has none of it"), "", string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
                string.Create(CultureInfo.InvariantCulture, $"{Files / seconds:0} files, {bytes / seconds / 1e6:0.0} MB a second")),
            new Row($"peak memory with {InFlight} actions in flight", "300 MB", Figures.Megabytes(memory.PeakMemory)),
        ];
    }

    /// <summary>Has many actions at the engine at once.</summary>
    public static async Task HoldManyAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        using var there = await Setup.OpenAsync(bench, scratch.Child("store"), cancel);
        var requests = new List<ActionRequest>();
        for (var i = 0; i < InFlight; i++)
            requests.Add(await there.RequestAsync($"in flight {i} {Stopwatch.GetTimestamp()}", cancel));
        foreach (var outcome in await Task.WhenAll(requests.Select(request => there.Runner.RunAsync(request, new Clock(), cancel))))
            ResultOf(outcome);
    }

    private static async Task<List<double>> FetchResultsAsync(Setup there, ScratchDirectory scratch, CancellationToken cancel)
    {
        List<double> fetched = [];
        for (var i = 0; i < Results; i++)
        {
            var request = await there.RequestAsync($"result {i} {Stopwatch.GetTimestamp()}", cancel);
            var key = await request.Action.StoreAsync(there.Local, cancel);
            await there.Upload.SendAsync(key, ResultOf(await there.Runner.RunAsync(request, new Clock(), cancel)), cancel);

            using var empty = LocalStore.Open(scratch.Child($"other{i}"), TimeProvider.System);
            void Say(string text) => throw new InvalidOperationException(text);
            var blobs = new ReadThroughBlobStore(empty.Blobs, there.Remote, empty.Memo, Say);
            var cache = new SharedActionCache(empty.Actions, there.Results, new TreeDownload(empty.Blobs, there.Remote), blobs, upload: null, Say);
            var began = Stopwatch.GetTimestamp();
            var result = await cache.GetAsync(key, cancel) ?? throw new InvalidOperationException("the cache has lost a result");
            await blobs.BringAsync(result.OutputDirectories.Select(output => output.RootDirectoryDigest.ToDigest()), cancel);
            fetched.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        return fetched;
    }

    private static async Task<(long Bytes, double Seconds)> UploadAsync(Setup there, CancellationToken cancel)
    {
        var (tree, random) = (new TreeBuilder(), new Random(Environment.TickCount));
        var content = new byte[16 << 10];
        for (var i = 0; i < Files; i++)
        {
            random.NextBytes(content);
            var length = 200 + random.Next(content.Length - 200);
            tree.AddFile(RelativePath.Parse($"usr/lib/d{i / 100}/f{i}"), await there.Local.PutAsync(content.AsMemory(0, length), cancel), executable: false);
        }

        var root = await tree.WriteAsync(there.Local, cancel);
        var began = Stopwatch.GetTimestamp();
        var bytes = await there.Trees.SendAsync([root], [], cancel);
        return (bytes, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static Wire.ActionResult ResultOf(ActionOutcome outcome) => outcome is ActionOutcome.Succeeded { Result: var result } ? result : throw new InvalidOperationException($"{outcome}");

    /// <summary>An empty store here, and all that talks to the engine.</summary>
    private sealed class Setup : IDisposable
    {
        private readonly LocalStore _store;
        private readonly RemoteConnection _connection;
        private readonly EngineDialects _dialects;
        private readonly Digest _root;

        private Setup(LocalStore store, RemoteConnection connection, Digest root)
        {
            (_store, _connection, _root, Local) = (store, connection, root, new VerifyingBlobStore(store.Blobs));
            Remote = new RemoteBlobStore(connection);
            Trees = new TreeUpload(Local, Remote);
            Results = new RemoteActionCache(connection);
            Upload = new ResultUpload(Results, Trees);
            _dialects = new EngineDialects(Remote, Local, Trees, store.Memo, _ => Task.FromResult(root));
            Runner = new RemoteRunner(Remote, Local, Trees, _dialects);
        }

        public IBlobStore Local { get; }

        public RemoteBlobStore Remote { get; }

        public TreeUpload Trees { get; }

        public RemoteActionCache Results { get; }

        public ResultUpload Upload { get; }

        public RemoteRunner Runner { get; }

        public static async Task<Setup> OpenAsync(Bench bench, string directory, CancellationToken cancel)
        {
            var store = LocalStore.Open(directory, TimeProvider.System);
            var programs = await bench.SandboxProgramsAsync(cancel);
            using (var from = LocalStore.Open(bench.Store, TimeProvider.System))
            {
                foreach (var package in programs.Packages)
                {
                    // Copied: the store that it comes from keeps its own.
                    if (from.Blobs.Find(package.Sha256) is not null)
                        await store.Blobs.PutAsync(await from.Blobs.ReadAllAsync(package.Digest, cancel), cancel);
                }
            }

            var root = (await bench.EngineOf(store).GetAsync(programs, cancel)).Tree;
            var options = new RemoteOptions { Address = RemoteAddress.Parse(bench.Engine ?? throw new InvalidOperationException("name an engine: --engine grpc://127.0.0.1:8980")) };
            if (bench.Properties is { Length: > 0 } properties)
                options = options with { Properties = properties.Split(',').Select(one => one.Split('=', 2)).ToImmutableSortedDictionary(one => one[0], one => one[1], StringComparer.Ordinal) };
            return new Setup(store, new RemoteConnection(options, "bench", new RetryBudget(0), TimeProvider.System), root);
        }

        /// <summary>An action that leaves one file, and is like no other.</summary>
        public async Task<ActionRequest> RequestAsync(string text, CancellationToken cancel)
        {
            var tree = new TreeBuilder();
            foreach (var place in (string[])["proc", "dev", "tmp", "run"])
                tree.AddDirectory(RelativePath.Parse(place));
            // These programs have no mkdir.
            tree.AddDirectory(RelativePath.Parse("build/out"));
            tree.AddFile(RelativePath.Parse("build/source"), await Local.PutAsync(System.Text.Encoding.UTF8.GetBytes(text), cancel), executable: false);
            var root = await TreeUnion.MergeAsync(Local, [new UnionLayer(_root, Overrides: false), new UnionLayer(await tree.WriteAsync(Local, cancel), Overrides: true)], cancel);
            return new ActionRequest
            {
                Name = text,
                Layers = [root],
                Action = new CanonicalAction
                {
                    InputRoot = root,
                    Arguments = ["/usr/bin/dash", "-c", "read -r line <source; echo \"$line\" >out/file"],
                    Environment = ImmutableSortedDictionary<string, string>.Empty.Add("PATH", "/usr/bin"),
                    WorkingDirectory = RelativePath.Parse("build"),
                    Timeout = TimeSpan.FromMinutes(5),
                },
            };
        }

        public void Dispose()
        {
            _dialects.Dispose();
            _connection.Dispose();
            _store.Dispose();
        }
    }

    /// <summary>How long an action took, and how much of it was the engine's.</summary>
    private sealed class Clock : IProgress<LogProgress>
    {
        private readonly long _began = Stopwatch.GetTimestamp();
        private long _sent, _answered;

        public void Report(LogProgress value)
        {
            if (value.Stage is ActionStage.Running or ActionStage.Queued && _sent == 0)
                _sent = Stopwatch.GetTimestamp();
            else if (value.Stage is ActionStage.Fetching)
                _answered = Stopwatch.GetTimestamp();
        }

        public (double All, double AtEngine) End() => (Stopwatch.GetElapsedTime(_began).TotalSeconds, Stopwatch.GetElapsedTime(_sent, _answered).TotalSeconds);
    }
}
