using System.Collections.Immutable;
using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Collects what is to say of one difference, and asks the table of causes about it.</summary>
internal sealed class DifferenceBuilder(string path, DifferenceKind kind)
{
    private const int MostDetails = 200, MostEvidence = 100;

    private readonly List<Detail> _details = [];
    private readonly List<Cause> _causes = [];
    private bool _unexplained;
    private int _looked;

    public bool IsEmpty => _details.Count == 0;

    /// <summary>Whether a cause was looked for.</summary>
    public bool HasEvidence => _unexplained || _causes.Count > 0;

    /// <summary>Adds what is shown without looking for its cause.</summary>
    public DifferenceBuilder Say(Detail detail)
    {
        if (_details.Count < MostDetails)
            _details.Add(detail);
        return this;
    }

    /// <summary>Adds what is shown, and looks for its cause.</summary>
    public DifferenceBuilder Add(Detail detail, Evidence? evidence)
    {
        Say(detail);
        // What is true of a hundred lines is true of those that follow, or nobody reads so far.
        if (++_looked > MostEvidence)
            return this;

        var causes = evidence is null ? [] : CauseTable.Explain(evidence);
        _unexplained |= causes.IsEmpty;
        foreach (var cause in causes)
        {
            if (!_causes.Exists(known => string.Equals(known.Id, cause.Id, StringComparison.Ordinal)))
                _causes.Add(cause);
        }

        return this;
    }

    /// <summary>Adds two texts, which are shown where they differ, and looks for the cause.</summary>
    /// <param name="what">What is shown.</param>
    /// <param name="one">The first; null when it has none.</param>
    /// <param name="other">The second.</param>
    /// <param name="name">The name of a field, which tells what its value is; by default what is shown.</param>
    public DifferenceBuilder AddTexts(string what, string? one, string? other, string? name = null)
    {
        if (one is null || other is null)
            return Add(new Detail(what, one, other), null);

        var (first, second) = TextWindow.Of(one, other);
        return Add(new Detail(what, first, second), new Evidence.Texts(name ?? what, first, second));
    }

    public Difference Build() => new(path, kind, [.. _details], [.. _causes], _causes.Count > 0 && !_unexplained);
}
