using Monogres.Core;
using Monogres.Store;
using Monogres.Testing;
using Monogres.Testing.Contracts;
using Monogres.Testing.Stores;

namespace Monogres.Actions.Tests;

public sealed class FakeRunnerContract : ActionRunnerContract
{
    private readonly MemoryBlobStore _blobs = new();

    protected override IBlobStore Blobs => _blobs;

    protected override IActionRunner Runner => new FakeActionRunner(new MemoryShell(_blobs).RunAsync);

    protected override Digest Shell => Digest.Empty;
}
