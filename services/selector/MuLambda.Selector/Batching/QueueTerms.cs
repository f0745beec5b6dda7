namespace MuLambda.Selector;

/// <summary>On what terms a request waits in a queue.</summary>
/// <param name="Client">Who asks.</param>
/// <param name="Attempt">Which of the executors asked this one is, from 1.</param>
/// <param name="Priority">The higher goes first.</param>
/// <param name="Target">The time until it should be answered, at which the queue aims: its client's objective, or its deadline.</param>
/// <param name="Patience">How long it waits here at most, which is less than its deadline where another executor could still be tried.</param>
/// <param name="Gathered">Its place among requests that are to leave together; null where it came alone.</param>
/// <param name="Outside">What is known of the time its client's requests take elsewhere; null for nothing.</param>
internal readonly record struct QueueTerms(
    string Client, int Attempt, int Priority, TimeSpan Target, TimeSpan Patience, GatheredRequest? Gathered = null, ClientOutside? Outside = null);
