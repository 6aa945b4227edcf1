using Monogres.Actions;
using Monogres.Engine;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Testing;

/// <summary>An engine in memory: everything between a step and its tree is real, but the network, the disk and the commands, which are functions of the test.</summary>
internal sealed class SmallEngine
{
    public SmallEngine(Func<ActionRequest, IBlobStore, CancellationToken, Task<ActionOutcome>> run)
    {
        Files = new MemoryFiles(Blobs);
        Runner = new FakeActionRunner((request, cancel) => run(request, Blobs, cancel));
        Engine = New();
    }

    public MemoryBlobStore Blobs { get; } = new();

    public MemoryMemo Memo { get; } = new();

    public MemoryActionCache Actions { get; } = new();

    public MemoryFiles Files { get; }

    public FakeActionRunner Runner { get; }

    public RecordingObserver Observer { get; } = new();

    public FakeTime Time { get; } = new();

    public StepEngine Engine { get; private set; }

    /// <summary>How many commands can run at once.</summary>
    public int Cores { get; init; } = 2;

    /// <summary>How many commands can be at an engine elsewhere, which the runner is then.</summary>
    public int? RemoteJobs { get; init; }

    /// <summary>Runs commands here besides.</summary>
    public IActionRunner? Beside { get; set; }

    /// <summary>Another engine with the same store, as another process has it.</summary>
    public StepEngine New() => Engine = new StepEngine(new EngineServices
    {
        Blobs = Blobs,
        Memo = Memo,
        Actions = new CompleteActionCache(Actions, Blobs, (_, _) => { }),
        Locks = new MemoryLocks(),
        Files = Files,
        Runner = Runner,
        Observer = Observer,
        Time = Time,
        Cores = Cores,
        RemoteJobs = RemoteJobs,
        RunnerBeside = Beside,
    });

    /// <summary>The text of a file in a tree, or null.</summary>
    public async Task<string?> TextAsync(Monogres.Core.Digest tree, string path)
    {
        await foreach (var entry in TreeWalk.EntriesAsync(Blobs, tree, CancellationToken.None))
        {
            if (entry is TreeEntry.File file && string.Equals(file.Path.Value, path, StringComparison.Ordinal))
                return System.Text.Encoding.UTF8.GetString(await Blobs.ReadAllAsync(file.Content, CancellationToken.None));
        }

        return null;
    }

    /// <summary>A command that writes what a step says into one file of its output.</summary>
    public static Func<ActionRequest, IBlobStore, CancellationToken, Task<ActionOutcome>> Writing(string path, string text) =>
        async (_, blobs, cancel) => await FakeActionRunner.SucceededWithAsync(blobs, path, System.Text.Encoding.UTF8.GetBytes(text), cancel);

    /// <summary>A step that writes one file.</summary>
    public static Step File(string path, string text) =>
        new WriteStep(new StepName("test", path), [new WrittenFile(Monogres.Core.RelativePath.Parse(path), StepText.Of(text), Executable: false)], []);
}
