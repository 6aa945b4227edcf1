using Monogres.Core.Licenses;

namespace Monogres.Index.Image;

/// <summary>What may not be redistributed, in an image.</summary>
internal static class LicenseCodec
{
    public static RedistributionRules Rules(Wire wire, RedistributionRules? value) => new()
    {
        Refused = wire.List(value?.Refused, Refused),
        Projects = wire.List(value?.Projects, Decision),
    };

    private static RefusedLicense Refused(Wire wire, RefusedLicense? value) => new(wire.Text(value?.License), wire.Text(value?.Why));

    private static ProjectDecision Decision(Wire wire, ProjectDecision? value) => new(wire.Text(value?.Project), wire.Flag(value?.Redistributable), wire.Text(value?.Why));
}
