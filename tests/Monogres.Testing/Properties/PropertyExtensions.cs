using FsCheck;

namespace Monogres.Testing.Properties;

internal static class PropertyExtensions
{
    /// <summary>Tries that many values, the same ones every time.</summary>
    public static void HoldsAlways(this Property property, int tries = 1000) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tries).WithReplay(20241121, 1234567891), property);
}
