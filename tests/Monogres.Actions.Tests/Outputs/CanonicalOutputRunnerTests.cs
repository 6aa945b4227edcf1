using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Store;
using Monogres.Testing;
using Monogres.Testing.Stores;
using Wire = Monogres.Protocol;

namespace Monogres.Actions.Tests.Outputs;

/// <summary>What an engine says of an output besides its tree; the rest is in <c>ActionRunnerContract</c>.</summary>
public sealed class CanonicalOutputRunnerTests
{
    private static readonly ActionRequest Request = new()
    {
        Name = "test",
        Layers = [],
        Action = new CanonicalAction
        {
            InputRoot = Core.Digest.Empty,
            Arguments = ["/bin/true"],
            Environment = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty,
            WorkingDirectory = RelativePath.Parse("build"),
            Timeout = TimeSpan.FromHours(1),
        },
    };

    private static readonly Wire.Digest Empty = Core.Digest.Empty.ToWire();

    [Fact]
    public async Task Only_the_root_of_the_output_directory_is_taken_over()
    {
        var given = new Wire.ActionResult
        {
            OutputDirectories =
            {
                new Wire.OutputDirectory { Path = "elsewhere", RootDirectoryDigest = Empty },
                new Wire.OutputDirectory { Path = "out", RootDirectoryDigest = Empty, TreeDigest = Empty },
            },
            OutputFiles = { new Wire.OutputFile { Path = "core", Digest = Empty } },
            OutputSymlinks = { new Wire.OutputSymlink { Path = "link", Target = "x" } },
            StdoutDigest = Empty,
        };
        var result = Assert.IsType<ActionOutcome.Succeeded>(await RunAsync(new ActionOutcome.Succeeded(given))).Result;
        Assert.Equal(new Wire.ActionResult { OutputDirectories = { new Wire.OutputDirectory { Path = "out", RootDirectoryDigest = Empty } }, StdoutDigest = Empty }, result);
    }

    [Fact]
    public async Task An_engine_that_gives_no_output_directory_is_told_from_one_that_gives_a_file_and_one_that_says_nothing()
    {
        var nothing = new ActionOutcome.Succeeded(new Wire.ActionResult());
        Assert.Equal("the command ended well but made no directory `/build/out`", Assert.IsType<ActionOutcome.Refused>(await RunAsync(nothing)).Reason);

        var file = new ActionOutcome.Succeeded(new Wire.ActionResult { OutputFiles = { new Wire.OutputFile { Path = "out", Digest = Empty } } });
        Assert.Equal("`/build/out` is a file", Assert.IsType<ActionOutcome.Refused>(await RunAsync(file)).Reason);

        var silent = new ActionOutcome.Succeeded(new Wire.ActionResult { OutputDirectories = { new Wire.OutputDirectory { Path = "out" } } });
        Assert.Equal("the engine did not say what is in `/build/out`", Assert.IsType<ActionOutcome.EngineFailed>(await RunAsync(silent)).Reason);
    }

    [Fact]
    public async Task Other_outcomes_are_passed_on()
    {
        foreach (ActionOutcome outcome in new ActionOutcome[]
        {
            new ActionOutcome.Failed(1, new Wire.ActionResult { ExitCode = 1 }), new ActionOutcome.TimedOut(TimeSpan.FromHours(1), new Wire.ActionResult()),
            new ActionOutcome.EngineFailed("no network", null, []), new ActionOutcome.Refused("no output", [], new Wire.ActionResult()),
        })
        {
            Assert.Same(outcome, await RunAsync(outcome));
        }
    }

    private static Task<ActionOutcome> RunAsync(ActionOutcome given) =>
        new CanonicalOutputRunner(new FakeActionRunner(given), new MemoryBlobStore(), CanaryScan.None).RunAsync(Request, new Progress<LogProgress>(), TestContext.Current.CancellationToken);
}
