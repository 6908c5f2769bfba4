package io.github.performer4j.gpu.program;

/**
 * Tokens by their ids: the places of each id that occurs stand together, in the order of the tokens, so that what is added up for an id is added in one order.
 *
 * @param places of tokens, [N]
 * @param starts index of each id's first place, and N at the end
 */
record IdOrder(int[] places, int[] starts) {

    /** Sorts tokens. */
    static IdOrder of(int[] ids, int vocabulary) {
        int[] next = new int[vocabulary + 1];
        for (int id : ids) {
            next[id + 1]++;
        }
        int occurring = 0;
        for (int id = 0; id < vocabulary; id++) {
            occurring += next[id + 1] > 0 ? 1 : 0;
            next[id + 1] += next[id];
        }
        int[] starts = new int[occurring + 1];
        int found = 0;
        for (int id = 0; id < vocabulary; id++) {
            if (next[id + 1] > next[id]) {
                starts[found++] = next[id];
            }
        }
        starts[occurring] = ids.length;
        int[] places = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            places[next[ids[i]]++] = i;
        }
        return new IdOrder(places, starts);
    }

    /** Returns how many different ids there are. */
    int ids() {
        return starts.length - 1;
    }
}
