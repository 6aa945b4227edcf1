using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans;
using Monogres.Platforms.Lock;
using Monogres.Testing;

namespace Monogres.Sources.Tests;

/// <summary>Plans over the index of this repository, for the platform that most tests are about.</summary>
internal sealed record SmallPlanner(MonogresIndex Index, Platform Platform, Planner Planner)
{
    public static async Task<SmallPlanner> OfAsync(CancellationToken cancel)
    {
        var index = (await IndexReader.ReadAsync(RepositoryFiles.Index, cancel)).OrThrow();
        var platform = index.Platform(TargetId.DefaultPlatform);
        return new SmallPlanner(index, platform, new Planner(index, platform, TargetId.DefaultToolchain, LockOf));
    }

    private static PackagesLock LockOf(Platform platform) =>
        PackagesLockFile.ReadFile(Path.Combine(RepositoryFiles.Index, platform.Folder, PackagesLockFile.FileName), platform.Name.ToString());
}
