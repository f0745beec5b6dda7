using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace MuLambda.Selection.Tests.Properties;

/// <summary>
/// Checks a property over generated cases. A failure names the smallest case found and FsCheck's seed, such as
/// <c>(14327512, 9823411)</c>; given as <c>replay</c> it makes the same cases again.
/// </summary>
internal static class Holds
{
    public static void For<T>(Arbitrary<T> cases, Action<T> property, int tests = 100, (ulong Seed, ulong Gamma)? replay = null)
    {
        var config = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(tests);
        if (replay is var (seed, gamma))
        {
            config = config.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed, gamma), FSharpOption<int>.None)));
        }

        Check.One(config, Prop.ForAll(cases, property));
    }
}
