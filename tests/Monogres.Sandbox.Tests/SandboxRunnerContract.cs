using Monogres.Actions;
using Monogres.Core;
using Monogres.Store;
using Monogres.Testing.Contracts;

namespace Monogres.Sandbox.Tests;

/// <summary>The sandbox over an overlay.</summary>
public sealed class OverlaySandboxContract(SandboxFixture fixture) : SandboxContract(fixture, RootMount.Overlay), IClassFixture<SandboxFixture>;

/// <summary>The sandbox with a copy of the working directory, where no overlay is to be had.</summary>
public sealed class ReadOnlySandboxContract(SandboxFixture fixture) : SandboxContract(fixture, RootMount.ReadOnly), IClassFixture<SandboxFixture>;

public abstract class SandboxContract(SandboxFixture fixture, RootMount mount) : ActionRunnerContract, IAsyncDisposable
{
    private readonly SandboxRunner _runner = fixture.Runner(mount);

    protected override IBlobStore Blobs => fixture.Store.Blobs;

    protected override IActionRunner Runner => _runner;

    protected override Digest Shell => fixture.ProgramsRoot;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _runner.DisposeAsync();
    }
}
