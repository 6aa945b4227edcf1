namespace Monogres.Sources.Inspection.Makefiles;

/// <summary>One statement of a makefile (https://www.gnu.org/software/make/manual/html_node/Makefile-Contents.html), nothing of it expanded.</summary>
/// <param name="Line">The line where it begins, from 1.</param>
public abstract record MakeStatement(int Line)
{
    /// <summary>Gives a variable a value.</summary>
    /// <param name="Line">Where.</param>
    /// <param name="Name">The variable; may hold references itself.</param>
    /// <param name="Operator">How.</param>
    /// <param name="Value">The value as it is written, continued lines joined.</param>
    /// <param name="OfTarget">Whether it holds for the recipes of some targets only.</param>
    public sealed record Assignment(int Line, string Name, MakeOperator Operator, string Value, bool OfTarget = false) : MakeStatement(Line);

    /// <summary>Reads other makefiles.</summary>
    /// <param name="Line">Where.</param>
    /// <param name="Files">Their names as they are written.</param>
    public sealed record Include(int Line, string Files) : MakeStatement(Line);

    /// <summary>Begins a part that is read under a condition: <c>ifdef</c>, <c>ifndef</c>, <c>ifeq</c>, <c>ifneq</c>.</summary>
    /// <param name="Line">Where.</param>
    /// <param name="Condition">The condition.</param>
    public sealed record If(int Line, MakeCondition Condition) : MakeStatement(Line);

    /// <summary>Begins the other part.</summary>
    /// <param name="Line">Where.</param>
    /// <param name="Condition">A further condition of it, or null.</param>
    public sealed record Else(int Line, MakeCondition? Condition) : MakeStatement(Line);

    /// <summary>Ends the part.</summary>
    public sealed record EndIf(int Line) : MakeStatement(Line);

    /// <summary>Says what is made of what.</summary>
    /// <param name="Line">Where.</param>
    /// <param name="Targets">What is made, as it is written.</param>
    /// <param name="Prerequisites">Of what, as it is written.</param>
    public sealed record Rule(int Line, string Targets, string Prerequisites) : MakeStatement(Line);

    /// <summary>A command of the rule before it.</summary>
    /// <param name="Line">Where.</param>
    /// <param name="Command">The command as it is written.</param>
    public sealed record Recipe(int Line, string Command) : MakeStatement(Line);

    /// <summary>A line that is only expanded: <c>$(error …)</c>, <c>$(eval …)</c>.</summary>
    /// <param name="Line">Where.</param>
    /// <param name="Text">The line.</param>
    public sealed record Expansion(int Line, string Text) : MakeStatement(Line);
}

/// <summary>A condition, nothing of it expanded.</summary>
/// <param name="AsksForDefinition">Whether it asks if a variable has a value (<c>ifdef</c>), or whether two texts are equal (<c>ifeq</c>).</param>
/// <param name="Negated">Whether it holds when that is not so.</param>
/// <param name="Left">The variable, or the first text.</param>
/// <param name="Right">The second text.</param>
public sealed record MakeCondition(bool AsksForDefinition, bool Negated, string Left, string Right);

/// <summary>How a variable gets a value.</summary>
public enum MakeOperator
{
    /// <summary><c>=</c>: expanded each time it is used.</summary>
    Recursive,

    /// <summary><c>:=</c>: expanded where it stands.</summary>
    Immediate,

    /// <summary><c>?=</c>: unless it has one.</summary>
    Default,

    /// <summary><c>+=</c>: after the one that it has.</summary>
    Append,

    /// <summary><c>!=</c>: what a command writes.</summary>
    Shell,
}
