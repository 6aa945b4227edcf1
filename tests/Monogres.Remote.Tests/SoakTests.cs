using System.Collections.Immutable;
using Grpc.Core;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Remote.Tests.Engine;
using Monogres.Store;
using Monogres.Store.Trees;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Tests;

/// <summary>
/// A thousand faults at random: nothing wrong ever enters the local store, and nothing hangs. <c>MONOGRES_TEST_SEED</c> is the seed of
/// another thousand.
/// </summary>
public sealed class SoakTests
{
    private const int Faults = 1000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_goes_wrong_only_what_is_right_is_kept()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MONOGRES_TEST_SEED"), out var given) ? given : 20261128;
        var random = new Random(seed);
        var (injected, right, failed, rounds) = (0, 0, 0, 0);
        while (injected < Faults)
        {
            rounds++;
            await using var there = await RemoteFixture.StartAsync();
            there.Engine.Capabilities.CacheCapabilities.MaxBatchTotalSizeBytes = random.Next(2) == 0 ? 0 : 70_000;
            if (random.Next(2) == 0)
                there.Engine.Capabilities.CacheCapabilities.SupportedCompressors.Add(Compressor.Types.Value.Zstd);
            there.Engine.Faults.Hung = () => ThreadPool.QueueUserWorkItem(_ => there.Time.Advance(RemoteFixture.CallLimit));
            there.Engine.Faults.Plan = (call, _) => PlanOf(random, call, ref injected);
            for (var i = 0; i < 20; i++)
            {
                var text = $"{seed} {rounds} {i % 7}";
                var request = await RequestAsync(there, text);
                var key = await request.Action.StoreAsync(there.Local, Cancel);
                var shared = there.Shared;
                var result = await shared.GetAsync(key, Cancel);
                if (result is null && await RunAsync(there, request) is ActionOutcome.Succeeded { Result: var run })
                    await shared.PutAsync(key, result = run, Cancel);
                if (result is null)
                {
                    failed++;
                    continue;
                }

                var tree = result.OutputDirectories.Single().RootDirectoryDigest.ToDigest();
                Assert.Equal((await ExpectedAsync(text), 0), (tree, result.ExitCode));
                // What was left at the engine may turn out to be lost; then somebody is told.
                if (await IsReadableAsync(there, tree))
                    right++;
                else
                    failed++;

                // Half of the time another machine asks for it.
                if (random.Next(2) == 0)
                {
                    await there.OwnResults.RemoveAsync(key, Cancel);
                    there.Local.Drop(Digest.Of(Large(text)));
                }
            }

            foreach (var digest in there.Local.Digests)
                Assert.Equal(digest, Digest.Of(await there.Local.ReadAllAsync(digest, Cancel)));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {injected} faults, {right} right results, {failed} failures told, {rounds} engines");
        Assert.True(right > failed / 10, $"seed {seed}: {right} right, {failed} failed");
    }

    private static async Task<bool> IsReadableAsync(RemoteFixture there, Digest tree)
    {
        try
        {
            await foreach (var entry in TreeWalk.EntriesAsync(there.Through, tree, Cancel))
            {
                if (entry is TreeEntry.File file)
                    Assert.Equal(file.Content, Digest.Of(await there.Through.ReadAllAsync(file.Content, Cancel)));
            }

            return true;
        }
        catch (BlobMissingException)
        {
            return false;
        }
    }

    private static EngineFault? PlanOf(Random random, string call, ref int injected)
    {
        lock (random)
        {
            if (random.Next(4) != 0)
                return null;

            EngineFault fault = random.Next(9) switch
            {
                0 or 1 => new EngineFault.Fails((StatusCode)random.Next(1, 17)),
                2 => new EngineFault.Fails(StatusCode.Unavailable),
                3 => new EngineFault.Cut(random.Next(2) == 0 ? StatusCode.Unavailable : StatusCode.OK),
                4 or 5 => new EngineFault.Lies(),
                6 => new EngineFault.Omits(),
                7 => new EngineFault.Plain(),
                // What runs is followed without a limit on one call: a silence there is the limit of the whole, which has a test of its own.
                _ => call is "Execute" or "WaitExecution" ? new EngineFault.Fails(StatusCode.Internal) : new EngineFault.Hangs(),
            };
            injected++;
            return fault;
        }
    }

    private static async Task<ActionOutcome> RunAsync(RemoteFixture there, ActionRequest request)
    {
        try
        {
            return await there.Runner.RunAsync(request, new NoLines(), Cancel).WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        }
        catch (BlobMissingException e)
        {
            return new ActionOutcome.EngineFailed(e.Message, null, []);
        }
    }

    private static async Task<Digest> ExpectedAsync(string text)
    {
        var blobs = new Monogres.Testing.Stores.MemoryBlobStore();
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("d/f"), await blobs.PutAsync(System.Text.Encoding.UTF8.GetBytes(text), Cancel), executable: false);
        tree.AddFile(RelativePath.Parse("large"), await blobs.PutAsync(Large(text), Cancel), executable: false);
        return await tree.WriteAsync(blobs, Cancel);
    }

    private static byte[] Large(string text) => System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, 20_000)));

    private static async Task<ActionRequest> RequestAsync(RemoteFixture there, string text)
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("build/source"), await there.Local.PutAsync(Large(text), Cancel), executable: false);
        var root = await tree.WriteAsync(there.Local, Cancel);
        return new ActionRequest
        {
            Name = "soak",
            Layers = [root],
            Action = new CanonicalAction
            {
                InputRoot = root,
                Arguments = ["/bin/sh", "-c", $"mkdir -p out/d; printf %s '{text}' >out/d/f; cat source >out/large"],
                Environment = ImmutableSortedDictionary<string, string>.Empty,
                WorkingDirectory = RelativePath.Parse("build"),
                Timeout = TimeSpan.FromMinutes(5),
            },
        };
    }

    private sealed class NoLines : IProgress<LogProgress>
    {
        public void Report(LogProgress value)
        {
        }
    }
}
