package io.jenkins.plugins.llmos.plugin.pages;

import java.util.List;

/**
 * A part of a long list.
 *
 * @param items of this page
 * @param number of this page, from 1
 * @param pages how many there are, at least 1
 * @param size of the whole list
 */
public record Paged<T>(List<T> items, int number, int pages, int size) {
    static <T> Paged<T> of(List<T> all, String number, int length) {
        int pages = Math.max(1, (all.size() + length - 1) / length);
        int wanted = number != null && number.matches("[0-9]{1,6}") ? Integer.parseInt(number) : 1;
        int page = Math.max(1, Math.min(pages, wanted));
        return new Paged<>(
                all.subList((page - 1) * length, Math.min(all.size(), page * length)), page, pages, all.size());
    }
}
