using FsCheck;

namespace Monogres.Core.Tests;

internal static class PropertyExtensions
{
    /// <summary>Tries a thousand values, the same ones every time.</summary>
    public static void HoldsAlways(this Property property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20241121, 1234567891), property);
}
