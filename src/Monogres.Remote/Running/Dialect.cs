namespace Monogres.Remote.Running;

/// <summary>How an engine runs an action; the API leaves it open. Found out by <see cref="EngineProbe"/>.</summary>
public enum Dialect
{
    /// <summary>The input root is the root of the command's file system: buildbox, BuildGrid, Buildbarn with <c>chrootIntoInputRoot</c>.</summary>
    EngineRoot,

    /// <summary>The input root is a directory on the worker, and the action enters it with the sandbox's own programs, which are in it.</summary>
    SelfEnter,
}
