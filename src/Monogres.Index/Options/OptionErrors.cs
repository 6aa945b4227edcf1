using Monogres.Core;
using Monogres.Index.Names;

namespace Monogres.Index.Options;

/// <summary>What is asked of the option sets that they do not have.</summary>
internal static class OptionErrors
{
    /// <summary>There is no such option set.</summary>
    public static UserErrorException UnknownOptionSet(OptionSetName name, IEnumerable<OptionSet> sets)
    {
        var known = sets.Select(set => set.Name.Value).ToArray();
        return new UserErrorException($"no option set `{name}` in the index", NameText.Near(name.Value, known) ?? $"the index has {NameText.Listed(known)}");
    }
}
