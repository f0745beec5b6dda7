using MuLambda.Catalog;
using MuLambda.Prober.Executors;

namespace MuLambda.Prober.Tests.Executors;

public class ExecutorConditionTests
{
    private const int Limit = 3;

    private static readonly ModelReference Digits = new("digits", 1);
    private static readonly Observation Serving = new Observation.Answered([Digits]);
    private static readonly Observation Loading = new Observation.Answered([], "Version 1 of 'digits' is LOADING.");
    private static readonly Observation Silent = new Observation.Unanswered("no answer");
    private static readonly Observation Gone = new Observation.Unanswered("refused", Refused: true);

    [Fact]
    public void An_executor_that_never_answered_is_pending_however_long_it_takes() =>
        After(Gone, Silent, Gone, Silent, Gone).State.ShouldBe(ExecutorState.Pending);

    [Fact]
    public void One_that_answers_without_a_served_version_is_loading_and_says_which()
    {
        var condition = After(Gone, Loading);

        condition.State.ShouldBe(ExecutorState.Loading);
        condition.Reason.ShouldBe("Version 1 of 'digits' is LOADING.");
    }

    [Fact]
    public void One_that_serves_a_version_is_ready() => After(Loading, Serving).State.ShouldBe(ExecutorState.Ready);

    [Fact]
    public void One_that_was_ready_and_refuses_connections_has_failed_at_once() =>
        After(Serving, Gone).State.ShouldBe(ExecutorState.Failed);

    [Fact]
    public void One_that_falls_silent_has_failed_after_the_limit_and_not_before()
    {
        After(Serving, Silent, Silent).State.ShouldBe(ExecutorState.Ready);
        After(Serving, Silent, Silent, Silent).State.ShouldBe(ExecutorState.Failed);
    }

    [Fact]
    public void An_answer_in_between_starts_the_count_anew() =>
        After(Serving, Silent, Silent, Serving, Silent, Silent).State.ShouldBe(ExecutorState.Ready);

    [Fact]
    public void One_that_failed_keeps_its_models_and_is_ready_again_when_it_answers()
    {
        After(Serving, Gone).Models.ShouldBe([Digits]);
        After(Serving, Gone, Serving).State.ShouldBe(ExecutorState.Ready);
        After(Serving, Gone, Loading).State.ShouldBe(ExecutorState.Loading);
    }

    private static ExecutorCondition After(params Observation[] seen) =>
        seen.Aggregate(ExecutorCondition.Initial, (condition, observation) => condition.After(observation, Limit));
}
