/// A model in Python that repeats what it is told.
extension PythonTemplate {
  var model: String {
    #"""

    MODEL = "\#(name)-1"
    # docs/LLM.md, section 1: what a request may hold, and of which type.
    TYPES = {
        "model": str, "purpose": str, "messages": list, "tools": list, "temperature": (int, float), "max_tokens": int, "seed": int,
        "deltas": bool, "attempt": int,
    }
    ROLES = ("system", "user", "assistant", "tool")


    def complete(params):
        for member, kind in TYPES.items():
            if params.get(member) is not None and not isinstance(params[member], kind):
                raise Failure(-32602, f"{member} has another type")
        messages = params.get("messages")
        if not messages or not all(isinstance(m, dict) and m.get("role") in ROLES and isinstance(m.get("content"), str) for m in messages):
            raise Failure(-32602, "messages must be a list of at least one {role, content}")
        words = f"You said: {messages[-1]['content']}".split(" ")
        limit = max(1, params.get("max_tokens") or len(words))
        # This model counts words; a real one counts its own tokens.
        usage = {
            "input_tokens": sum(len(m["content"].split()) for m in messages), "cached_tokens": 0,
            "output_tokens": min(limit, len(words)), "reasoning_tokens": 0, "estimated": True,
        }
        return {
            "text": " ".join(words[:limit]), "model": MODEL, "finish_reason": "stop" if limit >= len(words) else "length",
            "usage": usage, "tool_calls": [],
        }


    def models(params):
        return {"models": [{"id": MODEL, "context": 100_000}], "default": MODEL}


    def count_tokens(params):
        texts = [m["content"] for m in params["messages"]] if "messages" in params else [params.get("text", "")]
        return {"tokens": sum(len(text.split()) for text in texts), "estimated": True}


    METHODS = {"llm.complete": complete, "llm.models": models, "llm.count_tokens": count_tokens}

    # docs/PROTOCOL.md, section 5, and docs/LLM.md, sections 1 to 5.
    DESCRIPTION = {
        "provides": ["llm"],
        "methods": [
            {"name": "llm.complete", "summary": "Repeats what it is told.", "idempotent": True, "timeout_ms": 120_000},
            {"name": "llm.models", "summary": "Lists its one model.", "idempotent": True},
            {"name": "llm.count_tokens", "summary": "Counts words.", "idempotent": True},
        ],
    }

    """#
  }

  var modelTests: String {
    #"""
        def test_completes(self):
            reply = self.host.result("llm.complete", {"messages": [{"role": "user", "content": "hello there"}]})
            self.assertEqual((reply["text"], reply["finish_reason"]), ("You said: hello there", "stop"))
            self.assertEqual((reply["usage"]["input_tokens"], reply["usage"]["output_tokens"]), (2, 4))

        def test_stops_at_the_limit(self):
            reply = self.host.result("llm.complete", {"messages": [{"role": "user", "content": "hello there"}], "max_tokens": 3})
            self.assertEqual((reply["text"], reply["finish_reason"]), ("You said: hello", "length"))

        def test_lists_its_model(self):
            self.assertEqual(self.host.result("llm.models")["models"][0]["id"], "\#(name)-1")

        def test_refuses_what_is_no_conversation(self):
            for params in ({}, {"messages": "hello"}, {"messages": [{"role": "user"}]}):
                self.assertEqual(self.host.call("llm.complete", params)["error"]["code"], -32602)

    """#
  }
}
