using Monogres.Acceptance.Tests.Fixtures;
using Monogres.Testing;
using Monogres.Testing.Http;

[assembly: AssemblyFixture(typeof(World))]
// Tests count processes, fill disks and use every core: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>What the tests on the fixture index share: the index, a mirror, and a store in which its targets were built once.</summary>
public sealed class World : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    internal FixtureIndex Index { get; private set; } = null!;

    internal LoopbackServer Mirror { get; private set; } = null!;

    /// <summary>What <see cref="FixtureIndex.Quick"/> gives.</summary>
    internal Built Quick { get; private set; } = null!;

    /// <summary>What <see cref="FixtureIndex.Slow"/> gives.</summary>
    internal Built Slow { get; private set; } = null!;

    private string Seed => _directory["seed"];

    public async ValueTask InitializeAsync()
    {
        Index = FixtureIndex.Create(_directory.Path);
        Mirror = PackageMirror.Start(Index);
        var place = new Place(this, _directory["first"], Seed);
        Quick = await place.BuildAsync(FixtureIndex.Quick);
        Slow = await place.BuildAsync(FixtureIndex.Slow);
    }

    /// <summary>A place with an empty store.</summary>
    internal Place Empty() => new(this, new TemporaryDirectory());

    /// <summary>A place with a store of its own in which both good targets are built.</summary>
    internal Place Built() => Empty().WithStoreOf(Seed);

    public async ValueTask DisposeAsync()
    {
        await Mirror.DisposeAsync();
        _directory.Dispose();
    }
}
