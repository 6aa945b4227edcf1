using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans.Sources;

namespace Monogres.Plans.Roots;

/// <summary>What the plans of one platform and toolchain share.</summary>
/// <param name="Index">What exists.</param>
/// <param name="Platform">Where results run.</param>
/// <param name="Toolchain">The compilers.</param>
/// <param name="Roots">Plans roots.</param>
/// <param name="Sources">Plans source trees.</param>
internal sealed record PlanContext(MonogresIndex Index, Platform Platform, Toolchain Toolchain, RootPlanner Roots, SourcePlanner Sources)
{
    /// <summary>The identity of a target.</summary>
    public TargetId IdOf(TargetName name) => new(name, Platform.Name, Toolchain.Name);
}
